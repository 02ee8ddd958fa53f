package dev.farsight.engine.model;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.OpenGuard;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * The rows of a saved model, read from its files as they are needed: float32 weights, without
 * optimizer state. Rows that were never written are drawn.
 *
 * <p><b>Memory.</b> That of {@link RowRanks}; weights are in the page cache of the operating
 * system. <b>Cost.</b> A copy, and a page fault if the row is not in that cache. The files must not
 * change: replace the folder of a model, not what is in it.
 */
public final class MappedRows implements RowReader {

  private final StoreSpec spec;
  private final InitialWeights initial;
  private final RowRanks written;

  /** By table. */
  private final MappedWeights[] weights;

  /** By table: how many written rows the tables before it have. */
  private final int[] rankStarts;

  private final LongAdder rowsRead = new LongAdder();
  private final OpenGuard guard = new OpenGuard();

  /**
   * @param written the rows that the files have
   * @param weights by table
   */
  MappedRows(InitialRows initial, RowRanks written, MappedWeights[] weights) {
    this.initial = new InitialWeights(initial);
    this.written = written;
    this.weights = weights;
    TableSet tables = initial.tables();
    spec =
        new StoreSpec(
            tables,
            this.initial.format(),
            this.initial.asFloat32(),
            Settings.of("farsight.storage", ConfigFactory.empty()),
            1);
    rankStarts = new int[tables.size()];
    for (int t = 0; t < rankStarts.length; t++) {
      rankStarts[t] = written.rank(tables.offset(t));
    }
  }

  @Override
  public StoreSpec spec() {
    return spec;
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec.check(rows, from, count, target, targetRow);
    long call = guard.begin();
    try {
      for (int i = 0; i < count; i++) {
        read(rows[from + i], target, targetRow + i);
      }
    } finally {
      guard.end(call);
    }
    rowsRead.add(count);
    return Ticket.DONE;
  }

  private void read(long row, RowBuffer target, int targetRow) {
    int table = spec.tables().tableOf(row);
    if (written.contains(row)) {
      weights[table].read(written.rank(row) - rankStarts[table], target, targetRow);
    } else {
      initial.fill(table, spec.tables().indexOf(table, row), target, targetRow);
    }
  }

  @Override
  public boolean written(long row) {
    return written.contains(Objects.checkIndex(row, spec.tables().rows()));
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, spec.tables().rows());
    target.addAll(written.rows(), fromRow, toRow);
  }

  @Override
  public long rowsHeld() {
    return written.count();
  }

  @Override
  public StoreStats stats() {
    return new StoreStats(rowsRead.sum(), 0, (long) written.count() * spec.format().bytes());
  }

  @Override
  public void close() {
    guard.close(() -> {});
  }
}
