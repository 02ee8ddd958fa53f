package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.datasets.text.DenseColumn;
import dev.farsight.datasets.text.HeaderMapper;
import dev.farsight.datasets.text.LogTransform;
import dev.farsight.datasets.text.TextFormat;
import dev.farsight.datasets.text.Transform;
import java.util.ArrayList;
import java.util.List;

/** Makes a format of the section {@code farsight.data.csv}. */
final class CsvFormat {

  private static final List<String> TRANSFORMS = List.of("log", "none", "standard");

  private CsvFormat() {}

  static TextFormat of(Settings own) {
    char separator = Separators.ofFields(own);
    boolean header = own.bool("header");
    var dense = new ArrayList<DenseColumn>();
    var denseColumns = new ArrayList<String>();
    for (Settings column : Entries.of(own, "dense")) {
      Entries.onlyKeys(column, "column", "transform", "mean", "deviation");
      denseColumns.add(column.string("column"));
      dense.add(new DenseColumn(column.string("column"), false, transform(own, column)));
    }
    var categorical = CsvCategories.of(own);
    String label = own.optionalString("label").orElse(null);
    return new TextFormat(
        separator,
        own.bool("quotes"),
        header,
        List.copyOf(dense),
        categorical.columns(),
        header
            ? new HeaderMapper(
                label, label != null, denseColumns, categorical.names(), categorical.weights())
            : NumberMapper.of(
                own, label, denseColumns, categorical.names(), categorical.weights()));
  }

  private static Transform transform(Settings own, Settings column) {
    Settings from = column.has("transform") ? column : own;
    String name = from.choice("transform", TRANSFORMS);
    if (!name.equals("standard")) {
      refuseUnused(column, "mean", name);
      refuseUnused(column, "deviation", name);
    }
    return switch (name) {
      case "log" -> new LogTransform();
      case "none" -> Transform.none();
      default ->
          Transform.standard(
              column.number("mean", -Double.MAX_VALUE, Double.MAX_VALUE),
              column.number("deviation", Double.MIN_NORMAL, Double.MAX_VALUE));
    };
  }

  private static void refuseUnused(Settings column, String key, String transform) {
    if (column.has(key)) {
      throw column.bad(
          key,
          "is not used by transform = "
              + transform
              + "; set transform = standard, or leave it out");
    }
  }
}
