package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import java.util.List;

/** The row format that a configuration asks for. */
public final class RowFormats {

  private RowFormats() {}

  /**
   * @param farsight the section {@code farsight}
   */
  public static RowFormat of(Settings farsight) {
    int dim = dim(farsight);
    var rule = OptimizerSettings.of(farsight.section("optimizer")).rows();
    return new RowFormat(dim, precision(farsight.section("model")), rule.rowState(dim));
  }

  /** The width of embedding rows. */
  public static int dim(Settings farsight) {
    return farsight.section("model").integer("embedding-dim", 1, 4096);
  }

  private static Precision precision(Settings model) {
    List<Precision> precisions = List.of(Precision.values());
    List<String> names = precisions.stream().map(Precision::configName).toList();
    return precisions.get(names.indexOf(model.choice("row-precision", names)));
  }
}
