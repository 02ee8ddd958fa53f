package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.settings.EngineSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the initial weights of tables are drawn: {@code model.init}, and {@code
 * model.tables.NAME.init}, whose keys replace those of {@code model.init} one by one.
 */
final class TableDraws {

  private static final String INIT = "init";
  private static final String TYPE = "type";
  private static final String DEVIATION = "deviation";

  private TableDraws() {}

  /** The rows of a run that neither loads a model nor resumes. */
  static InitialRows initialRows(EngineSettings settings, Shapes shapes) {
    List<Draw> draws = of(settings, shapes.tables());
    return new InitialRows(shapes.tables(), shapes.format(), draws, settings.seed(), 0);
  }

  /**
   * Checks what can be checked without the tables.
   *
   * @param model the section {@code farsight.model}
   */
  static void check(Settings model) {
    var anyTable = new Table("any", 1);
    Settings common = model.section(INIT);
    draw(common, common, anyTable);
    Settings section = model.section("tables");
    for (String name : section.config().root().keySet()) {
      Settings own = section.section(name).section(INIT);
      if (own.has(TYPE) || own.has(DEVIATION)) {
        draw(own, common, anyTable);
      }
    }
  }

  static List<Draw> of(EngineSettings settings, TableSet tables) {
    Settings model = settings.farsight().section("model");
    Settings common = model.section(INIT);
    var draws = new ArrayList<Draw>();
    for (Table table : tables.tables()) {
      draws.add(draw(common, common, table));
    }
    Settings section = model.section("tables");
    for (String name : section.config().root().keySet()) {
      Settings own = section.section(name).section(INIT);
      if (own.has(TYPE) || own.has(DEVIATION)) {
        int t = TableNames.find(own, own.has(TYPE) ? TYPE : DEVIATION, name, tables);
        draws.set(t, draw(own, common, tables.get(t)));
      }
    }
    return draws;
  }

  private static Draw draw(Settings own, Settings common, Table table) {
    List<String> laws = Arrays.stream(Draw.Law.values()).map(Draw.Law::configName).toList();
    boolean normal =
        (own.has(TYPE) ? own : common).choice(TYPE, laws).equals(Draw.Law.NORMAL.configName());
    if (!normal) {
      if (own.has(DEVIATION)) {
        throw own.bad(DEVIATION, "is used by init.type = normal only");
      }
      return Draw.uniform(table);
    }
    Settings deviation = own.has(DEVIATION) ? own : common;
    return Draw.normal((float) deviation.number(DEVIATION, Float.MIN_NORMAL, 1e6));
  }
}
