package dev.farsight.engine.share;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RowOwners;
import dev.farsight.engine.cache.Sharding;
import dev.farsight.engine.cache.Sharding.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Tables divided over processes at random: by row, on one rank, replicated, or all of these.
 *
 * @param tables some of which have a row alone
 */
record Shardings(TableSet tables, RowOwners owners, int processes, int devices) {

  enum Kind {
    ROW,
    TABLE,
    REPLICATED,
    MIXED
  }

  static Shardings random(Random random, Kind kind, int processes, int devices) {
    var tables = new ArrayList<Table>();
    int count = 1 + random.nextInt(5);
    for (int t = 0; t < count; t++) {
      tables.add(new Table("t" + t, 1 + random.nextInt(random.nextBoolean() ? 5 : 700)));
    }
    return of(random, kind, new TableSet(tables), processes, devices);
  }

  static Shardings of(Random random, Kind kind, TableSet tables, int processes, int devices) {
    int ranks = processes * devices;
    var placements = new ArrayList<Placement>();
    for (int t = 0; t < tables.size(); t++) {
      Kind own =
          kind == Kind.MIXED
              ? List.of(Kind.ROW, Kind.TABLE, Kind.REPLICATED).get(random.nextInt(3))
              : kind;
      placements.add(
          switch (own) {
            case TABLE -> Placement.on(random.nextInt(ranks));
            case REPLICATED -> Placement.REPLICATED;
            default -> Placement.ROW;
          });
    }
    var owners = RowOwners.of(new Sharding(ranks, placements), tables, 0);
    return new Shardings(tables, owners, processes, devices);
  }

  /** The ranks of a process, by the rule itself. */
  List<Integer> ranksOf(int process) {
    var ranks = new ArrayList<Integer>();
    for (int rank = 0; rank < processes * devices; rank++) {
      if (rank / devices == process) {
        ranks.add(rank);
      }
    }
    return ranks;
  }

  /** Whether a process has a row, rank by rank. */
  boolean has(int process, long row) {
    return ranksOf(process).stream().anyMatch(rank -> owners.on(rank, row));
  }
}
