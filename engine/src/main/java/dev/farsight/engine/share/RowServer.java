package dev.farsight.engine.share;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.TableSet;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Gives process 0 the rows of this process, as long as its {@link GatheredRows} asks for some.
 *
 * <p><b>Cost.</b> That of the store; a command at a time, on the thread that calls {@link #serve}.
 * <b>Memory.</b> A message of rows, some MiB, or a row if that is larger; 1 MiB for which rows were
 * written.
 */
public final class RowServer {

  /** Process 0 may write files for long between two questions. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
  private static final LongBuffer NO_LONGS = LongBuffer.allocate(0);

  private final RowReader own;
  private final RowProcesses processes;
  private final Collective group;
  private final int process;
  private final TableSet tables;
  private final GatherCommand command;
  private final int rowBytes;

  private final RowBuffer rows;
  private final long[] ids;

  /** For process 0 alone, and from it. */
  private final int[] starts;

  private final int[] none;

  /**
   * @param own this process's rows, by their row ids in the tables of all
   * @param group whose ranks are the processes; stays open
   */
  public RowServer(RowReader own, RowProcesses processes, Collective group) {
    GatherGroup.require(group, processes);
    this.own = own;
    this.processes = processes;
    this.group = group;
    this.process = group.rank();
    this.tables = own.spec().tables();
    this.rowBytes = own.spec().format().bytes();
    command = new GatherCommand(group);
    int most = GatherCommand.chunkRows(rowBytes);
    rows = RowBuffer.allocate(own.spec().format(), most, HostBuffers.plain());
    ids = new long[most];
    starts = new int[group.ranks() + 1];
    none = new int[group.ranks() + 1];
  }

  /**
   * Answers until process 0 ends it. Meanwhile no row may be written.
   *
   * @throws RuntimeException if the store fails: the group has ended then, and process 0 is told
   *     why
   * @throws dev.farsight.api.collective.CollectiveException if another process has failed
   */
  public void serve() {
    try {
      while (next()) {
        // Each command is answered before the next one comes.
      }
    } catch (RuntimeException | Error e) {
      throw GatherGroup.failed(group, e);
    }
  }

  private boolean next() {
    group.patience(LONGEST_PAUSE);
    GatherCommand.Kind kind = command.receive();
    group.patience(group.timeout());
    switch (kind) {
      case READ -> sendRows(command.rows(process));
      case RANGE -> sendWritten(command.a(), command.b());
      case WRITTEN -> sendWritten(command.a());
      case HELD -> group.allReduce(new double[] {rowsHeld()}, 1);
      case END -> {
        return false;
      }
    }
    return true;
  }

  private void sendRows(int count) {
    Arrays.fill(starts, 1, starts.length, count);
    group.allToAllv(NO_LONGS, none, LongBuffer.wrap(ids), starts);
    own.read(ids, 0, count, rows, 0).await();
    Arrays.fill(starts, 1, starts.length, count * rowBytes);
    group.allToAllv(rows.bytes(), starts, NO_BYTES, none);
  }

  private void sendWritten(long from, long to) {
    int words = GatherCommand.words(from, to);
    var bits = new long[words];
    var written = new RowBits(to);
    own.written(from, to, written);
    for (long row = written.next(from); row >= 0 && row < to; row = written.next(row + 1)) {
      if (processes.of(row) == process) {
        bits[(int) ((row - from) / Long.SIZE)] |= 1L << row;
      }
    }
    Arrays.fill(starts, 1, starts.length, words);
    group.allToAllv(LongBuffer.wrap(bits), starts, NO_LONGS, none);
  }

  private void sendWritten(long row) {
    boolean written = processes.of(row) == process && own.written(row);
    group.allReduceMax(new long[] {written ? 1 : 0}, 1);
  }

  /** But for the replicated ones, which process 0 counts. */
  private long rowsHeld() {
    long held = own.rowsHeld();
    for (int t = 0; t < tables.size() && held > 0; t++) {
      if (processes.replicates(tables, t)) {
        long from = tables.offset(t);
        long to = tables.offset(t + 1);
        var replicated = new RowBits(to);
        own.written(from, to, replicated);
        held -= replicated.count(from, to);
      }
    }
    return held;
  }
}
