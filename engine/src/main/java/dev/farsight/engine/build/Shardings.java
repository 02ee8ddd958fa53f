package dev.farsight.engine.build;

import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.ShardingSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Decides how the rows of a run are divided over its devices. */
final class Shardings {

  private Shardings() {}

  /** How many devices a run trains on. */
  static int ranks(EngineSettings settings, Components components) {
    ComputeFactory factory = components.compute(settings.farsight());
    return factory.devices(settings.farsight().section("compute").section(factory.name()));
  }

  static Sharding of(EngineSettings settings, BatchSchema schema, int ranks) {
    TableSet tables = schema.tables();
    ShardingSettings wanted = ShardingSettings.of(settings.farsight());
    requireTables(settings.farsight(), wanted, tables);
    if (ranks == 1) {
      return Sharding.none(tables);
    }
    if (settings.batchSize() % ranks != 0) {
      throw settings
          .farsight()
          .section("data")
          .bad(
              "batch-size",
              "is not a multiple of "
                  + ranks
                  + ", the number of devices: each of them has an equal part of each batch");
    }
    var placements = new ArrayList<Placement>();
    for (int t = 0; t < tables.size(); t++) {
      placements.add(
          switch (wanted.of(tables.get(t).name())) {
            case AUTO, ROW -> Placement.ROW;
            case REPLICATED -> Placement.REPLICATED;
            case TABLE -> null;
          });
    }
    placeTables(schema, ranks, placements);
    return new Sharding(ranks, placements);
  }

  /**
   * Gives each table that is on one rank, those with most lookups first, to the rank that has least
   * of them so far.
   */
  private static void placeTables(BatchSchema schema, int ranks, List<Placement> placements) {
    long[] load = new long[ranks];
    IntStream.range(0, placements.size())
        .filter(t -> placements.get(t) == null)
        .boxed()
        .sorted(Comparator.comparingLong((Integer t) -> -schema.maxTableLookups(t, 1)))
        .forEach(
            t -> {
              int least =
                  IntStream.range(0, ranks)
                      .boxed()
                      .min(Comparator.comparingLong(rank -> load[rank]))
                      .orElseThrow();
              load[least] += schema.maxTableLookups(t, 1);
              placements.set(t, Placement.on(least));
            });
  }

  private static void requireTables(Settings farsight, ShardingSettings wanted, TableSet tables) {
    Settings named = farsight.section("sharding").section("tables");
    for (String name : wanted.tables().keySet()) {
      if (tables.find(name) < 0) {
        throw TableNames.unknown(named, name, name, tables);
      }
    }
  }
}
