package dev.farsight.engine.cache;

import dev.farsight.api.table.RowGroups;
import dev.farsight.api.table.RowShards;
import dev.farsight.api.table.TableSet;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which rank has which rows. Rows are divided into groups; all rows of a group have the same rank,
 * or are on all of them, as a whole or by columns. Immutable.
 */
public final class RowOwners {

  /** Groups of a rank where every row is resident: so many that all its threads have work. */
  private static final int RESIDENT_GROUPS = 16;

  private static final int MOST_RESIDENT_GROUPS = 64;

  /**
   * So many rows of a rank's largest possible batch are worth a group of their own. Real batches
   * have about a third of them, which fit the memory next to a core while they are merged.
   */
  private static final int GROUP_ROWS = 1 << 14;

  private final int ranks;
  private final RowGroups groups;

  /** By group. */
  private final int[] rankOfGroup;

  /** Whether each rank has columns of all rows. */
  private final boolean columns;

  private final Sharding sharding;

  private RowOwners(Sharding sharding, RowGroups groups, int[] rankOfGroup) {
    this.sharding = sharding;
    this.columns = sharding.columns();
    this.ranks = sharding.ranks();
    this.groups = groups;
    this.rankOfGroup = rankOfGroup;
  }

  /** The groups are the regions of all ranks. */
  public static RowOwners of(RegionLayout run) {
    return new RowOwners(
        run.sharding(), run.groups(), IntStream.range(0, run.regions()).map(run::rankOf).toArray());
  }

  /**
   * Some groups for each rank, and one for replicated rows: where every row is resident. What ranks
   * ask of each other is put together a group at a time, in parallel. Which rank has a row does not
   * depend on how many groups there are.
   *
   * @param rankRows most rows that a rank's samples of a batch look up
   */
  public static RowOwners of(Sharding sharding, TableSet tables, int rankRows) {
    int groups = Math.max(RESIDENT_GROUPS, Math.min(rankRows / GROUP_ROWS, MOST_RESIDENT_GROUPS));
    groups = Math.min(groups, Math.max(1, RowShards.COUNT / sharding.ranks()));
    // Regions are not used as such, so a slot each is enough.
    int slots = sharding.ranks() * groups;
    return of(new RegionLayout(tables, sharding, slots, groups, Map.of(), null));
  }

  /** Whether each rank has columns of all rows; then all groups are on all ranks. */
  public boolean columns() {
    return columns;
  }

  /** Whether ranks send each other sums of a table's bags, instead of its rows. */
  public boolean sums(int table) {
    return sharding.sums(table);
  }

  public int ranks() {
    return ranks;
  }

  public RowGroups groups() {
    return groups;
  }

  /** The rank that has the rows of a group, or {@link RegionLayout#ALL_RANKS}. */
  public int rankOfGroup(int group) {
    return rankOfGroup[group];
  }

  /** The rank that has a row, or {@link RegionLayout#ALL_RANKS}. */
  public int rankOf(long row) {
    return rankOfGroup[groups.of(row)];
  }

  /** Whether a rank has a row. */
  public boolean on(int rank, long row) {
    int owner = rankOf(row);
    return owner == rank || owner == RegionLayout.ALL_RANKS;
  }

  /** Whether the groups are sorted by rank, those on all ranks last. */
  public boolean sortedByRank() {
    return IntStream.range(1, rankOfGroup.length)
        .allMatch(group -> order(rankOfGroup[group - 1]) <= order(rankOfGroup[group]));
  }

  private static int order(int rank) {
    return rank == RegionLayout.ALL_RANKS ? Integer.MAX_VALUE : rank;
  }

  /** The groups of the rows that a rank has, in order. */
  public int[] groupsOn(int rank) {
    return IntStream.range(0, rankOfGroup.length)
        .filter(group -> rankOfGroup[group] == rank || rankOfGroup[group] == RegionLayout.ALL_RANKS)
        .toArray();
  }
}
