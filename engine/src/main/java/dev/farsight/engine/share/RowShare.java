package dev.farsight.engine.share;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowNumbers;
import dev.farsight.engine.cache.RowOwners;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The rows of one process, numbered without gaps in the order of their row ids. A <em>local
 * row</em> is such a number; a <em>global row</em> is the row id in the tables of all processes.
 * Rows that all ranks have belong to every process.
 *
 * <p>Local rows are row ids of {@link #tables()}: those tables of which the process has rows, each
 * with so many.
 *
 * <p><b>Cost.</b> From global to local reads one cache line, back about three ({@link RowNumbers}).
 * Built in O(rows of all tables), by all workers. <b>Memory.</b> 1.4 bits for each row of all
 * tables; none if the process has them all. Immutable, safe for concurrent use.
 */
public final class RowShare {

  private final TableSet all;

  /** Null if the process has all rows. */
  private final RowNumbers numbers;

  private final TableSet tables;
  private final long rows;

  /**
   * @param all the tables of all processes
   * @param ranks those of the process, each once
   * @throws IllegalArgumentException if there is no such rank, or if rows are divided by column and
   *     some ranks are of other processes: a process would have parts of all rows then
   */
  public RowShare(TableSet all, RowOwners owners, List<Integer> ranks, Workers workers) {
    if (ranks.isEmpty()
        || ranks.stream().distinct().count() != ranks.size()
        || ranks.stream().anyMatch(rank -> rank < 0 || rank >= owners.ranks())) {
      throw new IllegalArgumentException("ranks " + ranks + " of " + owners.ranks());
    }
    boolean whole = ranks.size() == owners.ranks();
    if (owners.columns() && !whole) {
      throw new IllegalArgumentException(
          "ranks " + ranks + " of " + owners.ranks() + " have columns of all rows, no rows");
    }
    this.all = all;
    if (whole) {
      numbers = null;
      tables = all;
      rows = all.rows();
      return;
    }
    var own = new boolean[owners.ranks()];
    ranks.forEach(rank -> own[rank] = true);
    numbers =
        new RowNumbers(
            all.rows(),
            row -> {
              int owner = owners.rankOf(row);
              return owner == RegionLayout.ALL_RANKS || own[owner];
            },
            workers);
    rows = numbers.count();
    tables = tablesOf(all, numbers);
  }

  private static TableSet tablesOf(TableSet all, RowNumbers numbers) {
    var some = new ArrayList<Table>();
    for (int t = 0; t < all.size(); t++) {
      long own = numbers.numberOf(all.offset(t + 1)) - numbers.numberOf(all.offset(t));
      if (own > 0) {
        some.add(new Table(all.get(t).name(), (int) own));
      }
    }
    // There is no store without tables.
    return new TableSet(some.isEmpty() ? List.of(new Table(all.get(0).name(), 1)) : some);
  }

  /** The tables of all processes. */
  public TableSet all() {
    return all;
  }

  /**
   * The tables of which the process has rows, each with so many. If it has no row at all: the first
   * one, with one row that nobody reads, as a store needs a table.
   */
  public TableSet tables() {
    return tables;
  }

  /** How many rows the process has. */
  public long rows() {
    return rows;
  }

  /**
   * Whether the process has a row.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  public boolean has(long globalRow) {
    return numbers == null
        ? Objects.checkIndex(globalRow, rows) == globalRow
        : numbers.has(globalRow);
  }

  /**
   * The local row of a global one.
   *
   * @throws IndexOutOfBoundsException for a row that another process has, or that is outside the
   *     tables
   */
  public long localRow(long globalRow) {
    if (!has(globalRow)) {
      throw foreign(globalRow);
    }
    return numbers == null ? globalRow : numbers.numberOf(globalRow);
  }

  private IndexOutOfBoundsException foreign(long row) {
    int table = all.tableOf(row);
    return new IndexOutOfBoundsException(
        "row id "
            + row
            + ", row "
            + all.indexOf(table, row)
            + " of table "
            + all.get(table).name()
            + ", is on another process");
  }

  /** How many rows of the process come before a global row, which may be the number of all rows. */
  public long rowsBefore(long globalRow) {
    return numbers == null ? globalRow : numbers.numberOf(globalRow);
  }

  /**
   * The global row of a local one.
   *
   * @throws IndexOutOfBoundsException for a row outside of {@link #tables()}
   */
  public long globalRow(long localRow) {
    Objects.checkIndex(localRow, tables.rows());
    if (numbers == null) {
      return localRow;
    }
    return rows == 0 ? 0 : numbers.rowOf(localRow);
  }
}
