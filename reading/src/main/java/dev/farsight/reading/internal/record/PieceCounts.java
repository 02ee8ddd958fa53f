package dev.farsight.reading.internal.record;

import dev.farsight.api.data.ValueObserver.Values;
import dev.farsight.reading.Columns;
import dev.farsight.reading.internal.vocabulary.Mix;
import dev.farsight.reading.internal.vocabulary.MixedCounts;
import dev.farsight.reading.pieces.ValueCount;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * Counts what a stretch of rows looks up: of tables with a vocabulary values, of others rows. What
 * was counted is handed over whenever the counts have taken a budget of memory, and at the end; so
 * a value may come several times. Not thread-safe.
 */
final class PieceCounts implements Iterator<ValueCount>, Values {

  private static final long BUDGET = 32L << 20;
  private static final int BLOCK = 1 << 10;

  private final PieceRows rows;
  private final int countEvery;

  /** By categorical column: number of its table; -1 if nothing is counted. */
  private final int[] tableOf;

  /** By categorical column: whether values are counted, not rows. */
  private final boolean[] values;

  /**
   * By number of the table; null where nothing is counted or was met since they were handed over.
   */
  private final MixedCounts[] counts;

  private long bytes;

  /** Number of the next row in the training part. */
  private long next;

  private boolean ended;
  private final Queue<Full> full = new ArrayDeque<>();
  private int slot;

  /** Counts that wait to be handed over. */
  private record Full(int table, MixedCounts counts) {}

  PieceCounts(FitNeeds needs, PieceRows rows, int countEvery, long first) {
    Columns asked = needs.columns();
    this.rows = rows;
    this.countEvery = countEvery;
    this.next = first;
    this.counts = new MixedCounts[asked.tables().size()];
    this.tableOf = new int[asked.categorical().size()];
    this.values = new boolean[tableOf.length];
    for (int c = 0; c < tableOf.length; c++) {
      int table = asked.tables().indexOf(asked.categorical().get(c).table());
      values[c] = needs.vocabularies().contains(table);
      tableOf[c] = values[c] || needs.countedTables().contains(table) ? table : -1;
    }
  }

  @Override
  public boolean hasNext() {
    while (true) {
      Full of = full.peek();
      if (of == null) {
        if (ended) {
          return false;
        }
        readOn();
        continue;
      }
      while (slot < of.counts.slots() && of.counts.count(slot) == 0) {
        slot++;
      }
      if (slot < of.counts.slots()) {
        return true;
      }
      full.remove();
      slot = 0;
    }
  }

  @Override
  public ValueCount next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Full of = full.element();
    var count = new ValueCount(of.table, of.counts.mixed(slot), of.counts.count(slot));
    slot++;
    return count;
  }

  /** Reads rows until there is something to hand over. */
  private void readOn() {
    while (bytes < BUDGET) {
      int read = rows.read(BLOCK);
      if (read == 0) {
        ended = true;
        rows.close();
        break;
      }
      for (int row = 0; row < read; row++) {
        if ((next + row) % countEvery == 0) {
          rows.look(row, this::count);
        }
      }
      next += read;
    }
    for (int table = 0; table < counts.length; table++) {
      handOver(table);
    }
  }

  private void count(int row, ParsedRow parsed) {
    for (int c = 0; c < tableOf.length; c++) {
      int table = tableOf[c];
      if (values[c]) {
        parsed.observe(c, this);
      } else if (table >= 0) {
        parsed.count(c, index -> add(table, index));
      }
    }
  }

  private void add(int table, long value) {
    long mixed = Mix.mixed(value);
    while (true) {
      MixedCounts of = counts[table];
      if (of == null) {
        of = new MixedCounts();
        counts[table] = of;
        bytes += of.bytes();
      }
      if (of.add(mixed)) {
        return;
      }
      if (of.growable() && bytes < BUDGET) {
        bytes -= of.bytes();
        of.grow();
        bytes += of.bytes();
      } else {
        handOver(table);
      }
    }
  }

  private void handOver(int table) {
    if (counts[table] != null) {
      bytes -= counts[table].bytes();
      full.add(new Full(table, counts[table]));
      counts[table] = null;
    }
  }

  @Override
  public void dense(int column, double value) {
    // Only categories are counted.
  }

  @Override
  public void categorical(int feature, long value) {
    add(tableOf[feature], value);
  }

  @Override
  public void missing(int feature) {
    // A missing value has a row of its own.
  }
}
