package dev.farsight.engine.build;

import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowColumns;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.RowFormats;
import dev.farsight.engine.settings.ShardingSettings;
import dev.farsight.engine.settings.ShardingSettings.Choice;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a run can divide tables by column: all tables are divided so, since a slot then holds a
 * part of the width of any row; the backend can; and the width divides.
 */
final class ColumnCheck {

  private final Settings farsight;
  private final ComputeFactory compute;
  private final TableSet tables;
  private final int devices;

  ColumnCheck(EngineSettings settings, ComputeFactory compute, TableSet tables, int devices) {
    this.farsight = settings.farsight();
    this.compute = compute;
    this.tables = tables;
    this.devices = devices;
  }

  /**
   * Checks what the settings ask for, if they ask for columns and there are several devices.
   *
   * @throws dev.farsight.api.config.ConfigException if it is not possible
   */
  void requireWanted(ShardingSettings wanted) {
    Optional<String> first = first(wanted, Choice.COLUMN);
    if (devices == 1 || first.isEmpty()) {
      return;
    }
    for (Choice other : Choice.values()) {
      Optional<String> table = first(wanted, other);
      if (other != Choice.COLUMN && other != Choice.AUTO && table.isPresent()) {
        String reason =
            "does not go with table %s, which is divided by column: all tables are, or none";
        throw section(wanted, table.get())
            .bad(key(wanted, table.get()), reason.formatted(first.get()));
      }
    }
    requirePossible(section(wanted, first.get()), key(wanted, first.get()));
  }

  /** The first table with a choice. */
  private Optional<String> first(ShardingSettings wanted, Choice choice) {
    return tables.tables().stream()
        .map(Table::name)
        .filter(table -> wanted.of(table) == choice)
        .findFirst();
  }

  private Settings section(ShardingSettings wanted, String table) {
    Settings sharding = farsight.section("sharding");
    return wanted.tables().containsKey(table) ? sharding.section("tables") : sharding;
  }

  private static String key(ShardingSettings wanted, String table) {
    return wanted.tables().containsKey(table) ? table : "default";
  }

  /**
   * Checks that these devices can have columns of rows of this width.
   *
   * @param key of the section: what asks for columns
   */
  void requirePossible(Settings section, String key) {
    if (!compute.dividesColumns()) {
      String reason = "divides tables by column, which compute.backend = %s does not; use row";
      throw section.bad(key, reason.formatted(compute.name()));
    }
    RowFormat format = RowFormats.of(farsight);
    if (!RowColumns.divides(format, devices)) {
      throw farsight
          .section("model")
          .bad(
              "embedding-dim",
              String.format(
                  Locale.ROOT,
                  "is not a multiple of %d, which %s weights divided by column over %d devices need; change it, or use sharding.default = row",
                  devices * RowColumns.unit(format),
                  format.precision().configName(),
                  devices));
    }
  }
}
