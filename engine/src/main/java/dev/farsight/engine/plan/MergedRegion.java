package dev.farsight.engine.plan;

import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionRows;
import java.util.Arrays;

/**
 * The distinct rows of one region among those that several ranks ask for, numbered in the order in
 * which they are added. A hash with linear probing; the numbers in the entries continue from batch
 * to batch, so nothing is cleared between batches. Memory grows to the largest batch: up to 36
 * bytes a row that is asked for.
 */
final class MergedRegion {

  private static final int FEW = 64;

  /** Rows whose entries are read before the first of them is added. */
  private static final int AHEAD = 64;

  private final TableSet tables;

  /** By table: how many of the rows are of it. */
  private final int[] tableRows;

  /** By rank; grows to the highest. */
  private int[] listStarts = new int[0];

  /** The same of rows whose ranks exchange sums of bags. */
  private int[] sumStarts = new int[0];

  private int[] entries = new int[2 * FEW];
  private long[] rows = new long[FEW];
  private int[] occurrences = new int[FEW];

  /** By row: how many ranks get it, and send a gradient; later the place of its next gradient. */
  private int[] asks = new int[FEW];

  private final int[] aheadEntries = new int[AHEAD];

  /** What was read ahead, so that the compiler does not leave it out. */
  @SuppressWarnings("UnusedVariable")
  private long aheadRead;

  /** Entries below this number belong to earlier batches. */
  private int epoch = 1;

  private int count;

  MergedRegion(TableSet tables) {
    this.tables = tables;
    this.tableRows = new int[tables.size()];
  }

  /** Sets where the numbers of a rank's rows go. */
  void listStart(int rank, int start) {
    if (rank >= listStarts.length) {
      listStarts = Arrays.copyOf(listStarts, rank + 1);
    }
    listStarts[rank] = start;
  }

  int listStart(int rank) {
    return listStarts[rank];
  }

  /** Sets where the numbers go of a rank's rows that are added up for it. */
  void sumStart(int rank, int start) {
    if (rank >= sumStarts.length) {
      sumStarts = Arrays.copyOf(sumStarts, rank + 1);
    }
    sumStarts[rank] = start;
  }

  int sumStart(int rank) {
    return sumStarts[rank];
  }

  /**
   * A new batch begins.
   *
   * @param mostRows most rows that will be added
   */
  void begin(int mostRows) {
    epoch += count;
    count = 0;
    Arrays.fill(tableRows, 0);
    if (mostRows > rows.length) {
      // More than this batch needs, so that few batches are the largest so far.
      int room = mostRows + mostRows / 4;
      rows = new long[room];
      occurrences = new int[room];
      asks = new int[room];
      entries = new int[Integer.highestOneBit(room) << 2];
      epoch = 1;
    } else if (epoch > Integer.MAX_VALUE - mostRows) {
      Arrays.fill(entries, 0);
      epoch = 1;
    }
  }

  /**
   * Adds the rows that a rank asks for: distinct ones, table by table.
   *
   * @param counted whether their lookups are counted
   * @param sent whether the rank gets the rows, and sends gradients of them
   * @param numbers receives the number of each, from {@code target} on
   */
  void add(
      RegionRows list,
      boolean counted,
      boolean sent,
      int from,
      int askedRows,
      int[] numbers,
      int target) {
    for (int i = 0; i < askedRows; i += AHEAD) {
      int some = Math.min(AHEAD, askedRows - i);
      lookAhead(list.rows(), from + i, some);
      addSome(list, counted, sent, from + i, some, numbers, target + i);
    }
  }

  /**
   * Reads the entries of some rows, and the rows that these lead to: all at the same time, which
   * the processor cannot do where a branch depends on each. Later they are in its cache.
   */
  private void lookAhead(long[] asked, int from, int some) {
    int mask = entries.length - 1;
    for (int i = 0; i < some; i++) {
      aheadEntries[i] = (int) (InitialRows.mix64(asked[from + i]) & mask);
    }
    long read = 0;
    for (int i = 0; i < some; i++) {
      read += rows[Math.max(entries[aheadEntries[i]] - epoch, 0)];
    }
    aheadRead = read;
  }

  private void addSome(
      RegionRows list,
      boolean counted,
      boolean sent,
      int from,
      int some,
      int[] numbers,
      int target) {
    long[] asked = list.rows();
    int[] lookups = list.occurrences();
    int mask = entries.length - 1;
    int table = tables.tableOf(asked[from]);
    for (int i = 0; i < some; i++) {
      long row = asked[from + i];
      int entry = aheadEntries[i];
      int number = entries[entry] - epoch;
      while (number >= 0 && rows[number] != row) {
        entry = (entry + 1) & mask;
        number = entries[entry] - epoch;
      }
      if (number < 0) {
        number = count++;
        entries[entry] = epoch + number;
        rows[number] = row;
        occurrences[number] = 0;
        asks[number] = 0;
        while (row >= tables.offset(table + 1)) {
          table++;
        }
        tableRows[table]++;
      }
      occurrences[number] += counted ? lookups[from + i] : 0;
      asks[number] += sent ? 1 : 0;
      numbers[target + i] = number;
    }
  }

  int count() {
    return count;
  }

  /** Copies the rows and their lookups to arrays, from {@code position} on. */
  void copy(long[] targetRows, int[] targetOccurrences, int position) {
    System.arraycopy(rows, 0, targetRows, position, count);
    System.arraycopy(occurrences, 0, targetOccurrences, position, count);
  }

  /**
   * Writes where the places of each row's gradients begin. Each rank that gets a row sends one.
   *
   * @param firstGradient of the first row
   */
  void startGradients(int[] target, int position, int firstGradient) {
    int gradient = firstGradient;
    for (int number = 0; number < count; number++) {
      int own = asks[number];
      target[position + number] = gradient;
      asks[number] = gradient;
      gradient += own;
    }
  }

  /** The place of the next gradient of a row, in the order in which ranks were added. */
  int nextGradient(int number) {
    return asks[number]++;
  }

  /** Adds how many of the rows are of each table. */
  void addTableRows(int[] sums) {
    for (int t = 0; t < sums.length; t++) {
      sums[t] += tableRows[t];
    }
  }
}
