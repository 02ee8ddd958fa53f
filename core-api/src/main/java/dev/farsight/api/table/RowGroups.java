package dev.farsight.api.table;

import java.util.Arrays;

/**
 * Divides rows into numbered groups. The rows of a table are divided into a number of equal hash
 * shares; each share is a group, or part of a group that several tables have in common.
 *
 * <pre>
 * group(row) = firstGroup(table of row) + share(row, shares(table of row))   see {@link RowShards}
 * </pre>
 *
 * <p>The group is a pure function of the row id, in integer arithmetic alone, so that a device
 * divides rows like the host. Immutable. A row costs O(1), or O(log tables) if the tables are not
 * all divided alike.
 */
public final class RowGroups {

  /** Stands for the group of a table that has no group of its own. */
  public static final int SHARED = -1;

  private final TableSet tables;
  private final int[] firstGroups;
  private final int[] shares;
  private final int count;

  /** Whether all tables have the same groups. */
  private final boolean alike;

  /**
   * Groups that are given table by table.
   *
   * @param firstGroups the group of the first share of each table
   * @param shares into how many groups the rows of each table are divided, 1 to {@link
   *     RowShards#COUNT}
   * @param count how many groups there are; some may have no rows
   */
  public RowGroups(TableSet tables, int[] firstGroups, int[] shares, int count) {
    if (firstGroups.length != tables.size() || shares.length != tables.size()) {
      throw new IllegalArgumentException(
          "groups of " + firstGroups.length + " for " + tables.size() + " tables");
    }
    this.tables = tables;
    this.firstGroups = firstGroups.clone();
    this.shares = shares.clone();
    this.count = count;
    for (int t = 0; t < shares.length; t++) {
      if (shares[t] < 1 || shares[t] > RowShards.COUNT) {
        throw new IllegalArgumentException(
            shares[t] + " shares; 1 to " + RowShards.COUNT + " are possible");
      }
      if (firstGroups[t] < 0 || firstGroups[t] + shares[t] > count) {
        throw new IllegalArgumentException(
            "table " + t + " from group " + firstGroups[t] + " on, of " + count);
      }
    }
    alike =
        Arrays.stream(firstGroups).allMatch(g -> g == firstGroups[0])
            && Arrays.stream(shares).allMatch(s -> s == shares[0]);
  }

  /**
   * Some tables are groups of their own. All other rows are divided into hash shares, which are the
   * first groups.
   *
   * @param shares how many hash shares there are; at least 1 unless each table is its own group
   * @param tableGroups the group of each table, or {@link #SHARED}
   */
  public RowGroups(TableSet tables, int shares, int[] tableGroups) {
    this(
        tables,
        Arrays.stream(tableGroups).map(g -> Math.max(g, 0)).toArray(),
        Arrays.stream(tableGroups).map(g -> g == SHARED ? shares : 1).toArray(),
        Arrays.stream(tableGroups).map(g -> g == SHARED ? shares : g + 1).max().orElse(0));
  }

  /** All rows in one group. */
  public static RowGroups one(TableSet tables) {
    return shared(tables, 1);
  }

  /** Hash shares of the rows of all tables. */
  public static RowGroups shared(TableSet tables, int shares) {
    var each = new int[tables.size()];
    Arrays.fill(each, shares);
    return new RowGroups(tables, new int[tables.size()], each, shares);
  }

  public TableSet tables() {
    return tables;
  }

  /** How many groups there are. */
  public int count() {
    return count;
  }

  /** The group of the first share of a table. */
  public int firstGroup(int table) {
    return firstGroups[table];
  }

  /** Into how many groups the rows of a table are divided. */
  public int shares(int table) {
    return shares[table];
  }

  /** The group of a row. */
  public int of(long row) {
    int table = alike ? 0 : tables.tableOf(row);
    return firstGroups[table] + (shares[table] == 1 ? 0 : RowShards.share(row, shares[table]));
  }
}
