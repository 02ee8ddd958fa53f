package dev.farsight.engine.cache;

import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout.Part;
import dev.farsight.engine.cache.Sharding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Makes the regions of a run: those that tables share, rank by rank, then those of tables with
 * slots of their own, in table order, then the one of replicated tables. Where ranks have columns
 * of all rows, all of them have the same regions.
 */
final class RegionParts {

  private final TableSet tables;
  private final Sharding sharding;
  private final Map<String, Long> ownSlots;
  private final List<Part> parts = new ArrayList<>();
  private final int[] firstGroups;
  private final int[] shares;

  RegionParts(TableSet tables, Sharding sharding, Map<String, Long> ownSlots) {
    this.tables = tables;
    this.sharding = sharding;
    this.ownSlots = ownSlots;
    firstGroups = new int[tables.size()];
    shares = new int[tables.size()];
    Arrays.fill(shares, 1);
  }

  List<Part> parts() {
    return List.copyOf(parts);
  }

  RowGroups groups() {
    return new RowGroups(tables, firstGroups, shares, parts.size());
  }

  /** Whether there are tables that share slots. */
  boolean shares() {
    for (int t = 0; t < tables.size(); t++) {
      if (isShared(t)) {
        return true;
      }
    }
    return false;
  }

  private boolean isShared(int table) {
    return !sharding.replicates(table) && !ownSlots.containsKey(tables.get(table).name());
  }

  /**
   * Adds the regions that tables share.
   *
   * @param slots of all ranks together
   * @param rankShares regions of a rank
   * @param need null if it is not known
   */
  void addShared(long slots, int rankShares, CacheNeed need) {
    int ranks = sharding.columns() ? 1 : sharding.ranks();
    long[] ofRank = ranks == 1 ? new long[] {slots} : divide(slots, need);
    for (int rank = 0; rank < ranks; rank++) {
      for (int s = 0; s < rankShares; s++) {
        long some = ofRank[rank] / rankShares + (s < ofRank[rank] % rankShares ? 1 : 0);
        String region = rankShares == 1 ? "the cache" : "region " + s;
        parts.add(
            new Part(
                ranks == 1 ? region : region + " of rank " + rank,
                Math.toIntExact(Math.min(some, Integer.MAX_VALUE)),
                tables.rows(),
                tablewise() ? rankShares : rankShares * ranks,
                null,
                sharding.columns() ? RegionLayout.ALL_RANKS : rank));
      }
    }
    for (int t = 0; t < tables.size(); t++) {
      if (isShared(t)) {
        boolean onOne = sharding.of(t).kind() == Kind.TABLE;
        firstGroups[t] = onOne ? sharding.of(t).rank() * rankShares : 0;
        shares[t] = onOne ? rankShares : rankShares * ranks;
      }
    }
  }

  private boolean tablewise() {
    return sharding.tables().stream().anyMatch(placement -> placement.kind() == Kind.TABLE);
  }

  /** Divides the slots over ranks like the rows that a batch can have of each. */
  private long[] divide(long slots, CacheNeed need) {
    int ranks = sharding.ranks();
    double[] load = new double[ranks];
    for (int t = 0; t < tables.size(); t++) {
      long rows = need == null ? tables.get(t).rows() : need.uniqueRows(t);
      for (int rank = 0; isShared(t) && rank < ranks; rank++) {
        load[rank] += sharding.share(t, rank) * rows;
      }
    }
    double total = Arrays.stream(load).sum();
    long[] divided = new long[ranks];
    long before = 0;
    double loadSoFar = 0;
    for (int rank = 0; rank < ranks; rank++) {
      loadSoFar += load[rank];
      long end = rank == ranks - 1 ? slots : Math.round(slots * (loadSoFar / total));
      divided[rank] = end - before;
      before = end;
    }
    return divided;
  }

  /** Adds the regions of tables with slots of their own, and that of replicated tables. */
  void addOwn() {
    for (int t = 0; t < tables.size(); t++) {
      Table table = tables.get(t);
      Long wanted = ownSlots.get(table.name());
      if (wanted == null || sharding.replicates(t)) {
        continue;
      }
      long slots = Math.min(wanted, table.rows());
      boolean divided = sharding.of(t).kind() == Kind.ROW;
      int regions = divided ? sharding.ranks() : 1;
      firstGroups[t] = parts.size();
      shares[t] = regions;
      for (int i = 0; i < regions; i++) {
        long some = slots / regions + (i < slots % regions ? 1 : 0);
        int rank = divided ? i : sharding.of(t).rank();
        boolean onAll = sharding.ranks() == 1 || sharding.columns();
        String name = "table " + table.name() + (onAll ? "" : " on rank " + rank);
        rank = sharding.columns() ? RegionLayout.ALL_RANKS : rank;
        parts.add(new Part(name, (int) some, table.rows(), regions, table.name(), rank));
      }
    }
    addReplicated();
  }

  private void addReplicated() {
    long rows = 0;
    for (int t = 0; t < tables.size(); t++) {
      if (sharding.replicates(t)) {
        firstGroups[t] = parts.size();
        rows += tables.get(t).rows();
      }
    }
    if (rows > 0) {
      int slots = Math.toIntExact(Math.min(rows, Integer.MAX_VALUE));
      parts.add(new Part("replicated tables", slots, rows, 1, null, RegionLayout.ALL_RANKS));
    }
  }
}
