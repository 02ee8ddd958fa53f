package dev.farsight.engine.build;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.table.TableSet;
import java.util.List;

/** Names of tables in settings. */
final class TableNames {

  private TableNames() {}

  /**
   * The position of the table that settings are for.
   *
   * @param table the settings of that table
   * @param key the one that is set
   * @throws ConfigException if the data has no such table
   */
  static int find(Settings table, String key, String name, TableSet tables) {
    int t = tables.find(name);
    if (t < 0) {
      throw unknown(table, key, name, tables);
    }
    return t;
  }

  /**
   * The error of a setting for a table that the data does not have.
   *
   * @param table the settings of that table
   * @param key the one that is set
   */
  static ConfigException unknown(Settings table, String key, String name, TableSet tables) {
    List<String> names = tables.tables().stream().map(t -> t.name()).toList();
    String meant = Nearest.question(name, names);
    return table.bad(
        key,
        "is set for a table that the data does not have"
            + meant
            + " (available: "
            + String.join(", ", names)
            + ")");
  }
}
