package dev.farsight.api.table;

import java.util.Arrays;

/**
 * Divides rows into numbered groups: some tables may be a group each, all other rows fall into a
 * number of equal hash shares, which are the first groups.
 *
 * <pre>
 * group(row) = own(table of row)                        where the table is a group of its own
 *            = share(row, shares) of {@link RowShards}  otherwise
 * </pre>
 *
 * <p>A pure function of the row id, in integers alone, so that a device divides rows as the host
 * does. Immutable; O(1), or O(log tables) where a table is a group of its own.
 */
public final class RowGroups {

  /** Of a table that has no group of its own. */
  public static final int SHARED = -1;

  private final TableSet tables;
  private final int shares;
  private final int[] ofTable;
  private final int count;
  private final boolean own;

  /**
   * @param shares how many hash shares there are; at least 1 unless each table is its own group
   * @param ofTable the group of each table, or {@link #SHARED}
   */
  public RowGroups(TableSet tables, int shares, int[] ofTable) {
    if (ofTable.length != tables.size()) {
      throw new IllegalArgumentException(
          ofTable.length + " groups given for " + tables.size() + " tables");
    }
    this.tables = tables;
    this.shares = shares;
    this.ofTable = ofTable.clone();
    int last = Arrays.stream(ofTable).max().orElse(SHARED);
    boolean shared = Arrays.stream(ofTable).anyMatch(g -> g == SHARED);
    if (shared && (shares < 1 || shares > RowShards.COUNT)) {
      throw new IllegalArgumentException(
          shares + " shares; 1 to " + RowShards.COUNT + " are possible");
    }
    this.own = last != SHARED;
    this.count = Math.max(shared ? shares : 0, last + 1);
  }

  /** All rows in one group. */
  public static RowGroups one(TableSet tables) {
    var shared = new int[tables.size()];
    Arrays.fill(shared, SHARED);
    return new RowGroups(tables, 1, shared);
  }

  public TableSet tables() {
    return tables;
  }

  /** How many groups there are. */
  public int count() {
    return count;
  }

  /** How many of them are hash shares. */
  public int shares() {
    return shares;
  }

  /** The group that a table is, or {@link #SHARED}. */
  public int ofTable(int table) {
    return ofTable[table];
  }

  /** The group of a row. */
  public int of(long row) {
    if (own) {
      int group = ofTable[tables.tableOf(row)];
      if (group != SHARED) {
        return group;
      }
    }
    return shares == 1 ? 0 : RowShards.share(row, shares);
  }
}
