package dev.farsight.engine.share;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import dev.farsight.engine.share.GatherCommand.Kind;
import java.nio.LongBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All rows of a run of several processes, as process 0 reads them to save a model, export or hash
 * it: its own rows from its store, the others from their processes, whose {@link RowServer}s
 * answer. Replicated rows are those of process 0.
 *
 * <p>No row may be written on any process meanwhile. If a process fails, all calls under way and
 * later ones fail with its reason.
 *
 * <p><b>Cost.</b> Rows travel in messages of some MiB, so a call should ask for many. A call whose
 * rows are all of process 0 sends nothing. {@link #written(long)} of another process's row is a
 * message each: for many rows ask for a range, which takes a bit for each row of the tables and
 * process, as long as any row was written. {@link #rowsHeld} asks once. <b>Memory.</b> A message of
 * rows, some MiB, or a row if that is larger, and 12 bytes for each of its rows; 512 KiB for each
 * process for which rows were written. <b>Threading.</b> Safe for concurrent use; calls that send
 * something take turns.
 */
public final class GatheredRows implements RowReader {

  private static final LongBuffer NO_LONGS = LongBuffer.allocate(0);

  private final RowReader own;
  private final RowProcesses processes;
  private final Collective group;
  private final long allRows;

  /** Held while something is sent and answered. */
  private final ReentrantLock turn = new ReentrantLock();

  private final GatherCommand command;
  private final RowRequests requests;
  private final int[] none;
  private boolean ended;

  /** Bits of all processes; null until they are needed. */
  private long[] words;

  /** -1 until it is known. */
  private volatile long rowsHeld = -1;

  /**
   * @param own the rows of process 0, by their row ids in the tables of all; stays open
   * @param group whose ranks are the processes, with this one as rank 0; stays open
   */
  public GatheredRows(RowReader own, RowProcesses processes, Collective group) {
    GatherGroup.require(group, processes);
    if (group.rank() != 0) {
      throw new IllegalArgumentException("rows are gathered on process 0, not " + group.rank());
    }
    this.own = own;
    this.processes = processes;
    this.group = group;
    this.allRows = own.spec().tables().rows();
    command = new GatherCommand(group);
    requests = new RowRequests(own, processes, group, command);
    none = new int[group.ranks() + 1];
  }

  @Override
  public StoreSpec spec() {
    return own.spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec().check(rows, from, count, target, targetRow);
    int first = from;
    while (first < from + count && processes.of(rows[first]) == 0) {
      first++;
    }
    if (first == from + count) {
      return own.read(rows, from, count, target, targetRow);
    }
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, requests.most());
      int at = done;
      inTurn(() -> requests.read(rows, from + at, some, target, targetRow + at));
      done += some;
    }
    return Ticket.DONE;
  }

  @Override
  public boolean written(long row) {
    Objects.checkIndex(row, allRows);
    if (processes.of(row) == 0) {
      return own.written(row);
    }
    var written = new long[1];
    inTurn(
        () -> {
          command.send(Kind.WRITTEN, row, 0);
          group.allReduceMax(written, 1);
        });
    return written[0] != 0;
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    Objects.checkFromToIndex(fromRow, toRow, allRows);
    if (rowsHeld() == 0 || fromRow == toRow) {
      return;
    }
    own.written(fromRow, toRow, target);
    if (processes.count() == 1) {
      return;
    }
    for (long from = fromRow & -Long.SIZE; from < toRow; from += GatherCommand.RANGE_ROWS) {
      long start = from;
      long end = Math.min(toRow, from + GatherCommand.RANGE_ROWS);
      inTurn(() -> addWritten(start, end, fromRow, toRow, target));
    }
  }

  /** Adds what others have written of [start, end), as far as it is in [from, to). */
  private void addWritten(long start, long end, long from, long to, RowBits target) {
    int count = GatherCommand.words(start, end);
    if (words == null || words.length < (processes.count() - 1) * count) {
      words = new long[(processes.count() - 1) * count];
    }
    var starts = new int[processes.count() + 1];
    for (int p = 1; p < processes.count(); p++) {
      starts[p + 1] = starts[p] + count;
    }
    command.send(Kind.RANGE, start, end);
    group.allToAllv(NO_LONGS, none, LongBuffer.wrap(words), starts);
    for (int w = 0; w < (processes.count() - 1) * count; w++) {
      long row = start + (long) (w % count) * Long.SIZE;
      target.addWord(row, words[w] & RowBits.mask(row, from, to));
    }
  }

  @Override
  public long rowsHeld() {
    if (rowsHeld < 0) {
      var sum = new double[] {own.rowsHeld()};
      inTurn(
          () -> {
            command.send(Kind.HELD, 0, 0);
            group.allReduce(sum, 1);
          });
      rowsHeld = (long) sum[0];
    }
    return rowsHeld;
  }

  /** What process 0 has done. */
  @Override
  public StoreStats stats() {
    return own.stats();
  }

  /** Runs what all processes take part in. If it fails, all of them fail. */
  private void inTurn(Runnable exchange) {
    turn.lock();
    try {
      requireOpen();
      try {
        exchange.run();
      } catch (RuntimeException | Error e) {
        throw GatherGroup.failed(group, e);
      }
    } finally {
      turn.unlock();
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the rows of all processes are closed");
    }
  }

  /** Lets the servers go, unless a process has failed. The own rows and the group stay open. */
  @Override
  public void close() {
    turn.lock();
    try {
      if (!ended) {
        ended = true;
        if (group.failure() == null) {
          command.send(Kind.END, 0, 0);
        }
      }
    } finally {
      turn.unlock();
    }
  }
}
