package dev.farsight.api.table;

import java.util.Arrays;

/**
 * Divides rows into numbered groups. Some tables may be groups of their own. All other rows are
 * divided into equal hash shares, which are the first groups.
 *
 * <pre>
 * group(row) = tableGroup(table of row)                 if the table is a group of its own
 *            = share(row, shares) of {@link RowShards}  otherwise
 * </pre>
 *
 * <p>The group is a pure function of the row id, in integer arithmetic alone, so that a device
 * divides rows like the host. Immutable. A row costs O(1), or O(log tables) if any table is a group
 * of its own.
 */
public final class RowGroups {

  /** Stands for the group of a table that has no group of its own. */
  public static final int SHARED = -1;

  private final TableSet tables;
  private final int shares;
  private final int[] tableGroups;
  private final int count;
  private final boolean hasTableGroups;

  /**
   * @param shares how many hash shares there are; at least 1 unless each table is its own group
   * @param tableGroups the group of each table, or {@link #SHARED}
   */
  public RowGroups(TableSet tables, int shares, int[] tableGroups) {
    if (tableGroups.length != tables.size()) {
      throw new IllegalArgumentException(
          tableGroups.length + " groups given for " + tables.size() + " tables");
    }
    this.tables = tables;
    this.shares = shares;
    this.tableGroups = tableGroups.clone();
    int lastTableGroup = Arrays.stream(tableGroups).max().orElse(SHARED);
    boolean shared = Arrays.stream(tableGroups).anyMatch(g -> g == SHARED);
    if (shared && (shares < 1 || shares > RowShards.COUNT)) {
      throw new IllegalArgumentException(
          shares + " shares; 1 to " + RowShards.COUNT + " are possible");
    }
    this.hasTableGroups = lastTableGroup != SHARED;
    this.count = Math.max(shared ? shares : 0, lastTableGroup + 1);
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

  /** The group of a table, or {@link #SHARED} if the table has no group of its own. */
  public int ofTable(int table) {
    return tableGroups[table];
  }

  /** The group of a row. */
  public int of(long row) {
    if (hasTableGroups) {
      int group = tableGroups[tables.tableOf(row)];
      if (group != SHARED) {
        return group;
      }
    }
    return shares == 1 ? 0 : RowShards.share(row, shares);
  }
}
