package dev.farsight.engine.build;

import dev.farsight.api.compute.MaxNorms;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Arrays;

/** The largest norms of rows: {@code model.max-norm}, and {@code model.tables.NAME.max-norm}. */
final class TableNorms {

  private static final String KEY = "max-norm";

  private TableNorms() {}

  static MaxNorms of(EngineSettings settings, TableSet tables) {
    Settings model = settings.farsight().section("model");
    var norms = new float[tables.size()];
    Arrays.fill(norms, norm(model, Float.POSITIVE_INFINITY));
    Settings section = model.section("tables");
    for (String name : section.config().root().keySet()) {
      Settings table = section.section(name);
      if (table.has(KEY)) {
        int t = TableNames.find(table, KEY, name, tables);
        norms[t] = norm(table, norms[t]);
      }
    }
    MaxNorms maxNorms = MaxNorms.of(norms);
    if (maxNorms.any() && settings.optimizer().freezeRows()) {
      throw settings
          .farsight()
          .section("optimizer")
          .bad("freeze-rows", "cannot be combined with " + KEY + ", which changes rows");
    }
    return maxNorms;
  }

  /**
   * Checks what can be checked without the tables.
   *
   * @param model the section {@code farsight.model}
   */
  static void check(Settings model) {
    norm(model, 0);
    Settings section = model.section("tables");
    section.config().root().keySet().forEach(name -> norm(section.section(name), 0));
  }

  private static float norm(Settings settings, float none) {
    return settings.has(KEY)
        ? (float) settings.number(KEY, Float.MIN_NORMAL, Float.MAX_VALUE)
        : none;
  }
}
