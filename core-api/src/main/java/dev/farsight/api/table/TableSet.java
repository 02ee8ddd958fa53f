package dev.farsight.api.table;

import dev.farsight.api.internal.Quoted;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Named tables with one common space of row ids. The <em>row id</em> of a row is its table's offset
 * plus its index in the table, so row ids run from 0 to {@link #rows()} - 1 in table order.
 *
 * <p>Immutable. {@link #tableOf} looks at the row's share of all row ids first, and so costs O(1)
 * where tables are larger than a {@value #SHARES}th of all rows, and O(log tables) elsewhere.
 * Everything else costs O(1).
 */
public final class TableSet {

  /** Most equal shares of the row ids whose tables are known. */
  private static final int SHARES = 2048;

  private final List<Table> tables;
  private final long[] offsets;

  /** A share has 2 to the power of this many row ids. */
  private final int shareShift;

  /** Table of the first row id of each share, and the last table. */
  private final int[] shareTable;

  public TableSet(List<Table> tables) {
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("a table set needs at least one table");
    }
    this.tables = List.copyOf(tables);
    this.offsets = new long[tables.size() + 1];
    var names = new HashSet<String>();
    for (int t = 0; t < tables.size(); t++) {
      if (!names.add(tables.get(t).name())) {
        throw new IllegalArgumentException("two tables are named " + tables.get(t).name());
      }
      offsets[t + 1] = offsets[t] + tables.get(t).rows();
    }
    shareShift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros((rows() - 1) / SHARES));
    shareTable = new int[(int) ((rows() - 1) >>> shareShift) + 2];
    Arrays.setAll(shareTable, share -> search((long) share << shareShift, 0, tables.size() - 1));
  }

  /** The last table from {@code first} to {@code last} that does not begin after a row. */
  private int search(long rowId, int first, int last) {
    int low = first;
    int high = last;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (offsets[middle] <= rowId) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  public List<Table> tables() {
    return tables;
  }

  /** How many tables there are. */
  public int size() {
    return tables.size();
  }

  public Table get(int table) {
    return tables.get(table);
  }

  /** Row id of the first row of a table; {@code offset(size())} is {@link #rows()}. */
  public long offset(int table) {
    return offsets[table];
  }

  /** Rows of all tables together. */
  public long rows() {
    return offsets[tables.size()];
  }

  public long rowId(int table, int index) {
    return offsets[table] + index;
  }

  /**
   * The table that a row id belongs to.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  public int tableOf(long rowId) {
    if (rowId < 0 || rowId >= rows()) {
      throw new IndexOutOfBoundsException("row id " + rowId + " of " + rows() + " rows");
    }
    int share = (int) (rowId >>> shareShift);
    return search(rowId, shareTable[share], shareTable[share + 1]);
  }

  /** Index of a row within {@code table}. */
  public int indexOf(int table, long rowId) {
    return (int) (rowId - offsets[table]);
  }

  /** Position of the table with this name, or -1 if there is none. */
  public int find(String name) {
    for (int t = 0; t < tables.size(); t++) {
      if (tables.get(t).name().equals(name)) {
        return t;
      }
    }
    return -1;
  }

  /**
   * The first difference to other tables, for messages, such as {@code table C3 of 100 rows, not of
   * 200 rows}; empty if there is none.
   */
  public Optional<String> differenceTo(TableSet wanted) {
    if (size() != wanted.size()) {
      return Optional.of(size() + " tables, not " + wanted.size());
    }
    for (int t = 0; t < size(); t++) {
      Table has = get(t);
      Table wants = wanted.get(t);
      if (!has.name().equals(wants.name())) {
        return Optional.of(
            "table " + Quoted.of(has.name()) + " in place of " + Quoted.of(wants.name()));
      }
      if (has.rows() != wants.rows()) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "table %s of %d rows, not of %d rows",
                Quoted.of(has.name()),
                has.rows(),
                wants.rows()));
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableSet that && tables.equals(that.tables);
  }

  @Override
  public int hashCode() {
    return tables.hashCode();
  }

  @Override
  public String toString() {
    return tables.size() + " tables, " + rows() + " rows";
  }
}
