package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Checkpoints of a persistent store. The rows stay in the store, and writes after a checkpoint can
 * be undone. Before the first write of a row after a checkpoint, the row's old value is written to
 * the undo log of that checkpoint and forced to disk. Undoing the logs, from the last one back to
 * that of a checkpoint, gives the rows of that checkpoint.
 *
 * <p>The undo value of a row that was never written is its initial value. The logs count such rows,
 * so that {@link #resume} detects a store that lost rows. Each generation has its own chain of
 * logs: what was written before its first checkpoint is forgotten with the generation.
 *
 * <p>Beside training, the rows written between two checkpoints are read once more, for the digest
 * of the second checkpoint, and for its delta if there is to be one.
 *
 * <p><b>Memory.</b> Two bits a row, three when a new base of deltas is written, and four blocks of
 * {@link RowLog}.
 */
final class UndoHistory implements RowHistory {

  private final RowStore store;
  private final CheckpointDirectory directory;
  private final long runId;
  private final DeltaChain deltas;

  /** The rows written since the last checkpoint: their old values are in the log. */
  private RowBits saved;

  private final long[] ids;
  private final RowBuffer values;
  private RowLogWriter log;

  /** Digests the rows of the last checkpoint; null before the first. */
  private RowPass digesting;

  /**
   * Whether a generation was begun: until its first checkpoint, all rows that the store holds are
   * rows changed since the checkpoint before.
   */
  private boolean generationBegun;

  /** The failure of an earlier write to the log, after which no row may be overwritten; or null. */
  private Throwable failure;

  /** Number of rows that the store holds. */
  private long rowsHeld;

  /**
   * @param deltas writes the files for followers; not owned
   */
  UndoHistory(RowStore store, CheckpointDirectory directory, long runId, DeltaChain deltas) {
    this.store = store;
    this.directory = directory;
    this.runId = runId;
    this.deltas = deltas;
    this.saved = new RowBits(store.spec().tables().rows());
    RowFormat format = store.spec().format();
    ids = new long[RowLog.maxBlockRows(format)];
    values = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
    rowsHeld = store.rowsHeld();
  }

  /**
   * Takes the store back to a checkpoint. If this is interrupted, it can be repeated.
   *
   * @throws FarsightException if a log is damaged or missing (then nothing is changed), or if the
   *     store lost rows
   */
  static UndoHistory resume(
      RowStore store, CheckpointDirectory directory, long runId, long step, DeltaChain deltas) {
    long expectedRows = 0;
    Deque<Long> newestFirst = checkLogs(store.spec().format(), directory, runId, step);
    for (long logStep : newestFirst) {
      try (var reader = directory.openUndo(logStep, store.spec().format(), runId)) {
        while (reader.advance()) {
          store.write(reader.ids(), 0, reader.count(), reader.values(), 0).await();
          expectedRows += reader.neverWrittenRows();
        }
        expectedRows += logStep == step ? reader.rowsHeld() : 0;
      }
    }
    store.flush();
    var history = new UndoHistory(store, directory, runId, deltas);
    if (history.rowsHeld != expectedRows) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is damaged: it holds %d rows, expected %d; the run cannot be resumed",
              store.identity().map(StoreIdentity::place).orElse("the store"),
              history.rowsHeld,
              expectedRows));
    }
    history.log = directory.newUndo(step, store.spec().format(), runId, history.rowsHeld);
    directory.deleteUndoAfter(step);
    return history;
  }

  /**
   * Reads and checks all undo logs from that of a checkpoint on; returns their steps, newest first.
   */
  static Deque<Long> checkLogs(
      RowFormat format, CheckpointDirectory directory, long runId, long step) {
    var newestFirst = new ArrayDeque<Long>();
    for (long logStep = step; logStep != RowLog.NO_STEP; ) {
      newestFirst.push(logStep);
      try (var reader = directory.openUndo(logStep, format, runId)) {
        while (reader.advance()) {
          // Reading a block checks it.
        }
        if (reader.nextStep() != RowLog.NO_STEP && reader.nextStep() <= logStep) {
          throw new FarsightException(
              directory.undoFile(logStep)
                  + ": is damaged: its next log is that of step "
                  + reader.nextStep());
        }
        logStep = reader.nextStep();
      }
    }
    return newestFirst;
  }

  @Override
  public void beforeWrite(long[] rows, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!saved.contains(rows[i])) {
        save(rows, i, from + count);
        return;
      }
    }
  }

  private synchronized void save(long[] rows, int from, int to) {
    if (log == null) {
      // Before the first checkpoint there is nothing to go back to.
      return;
    }
    if (failure != null) {
      // The log may already have some rows of the failed call, and must not get them twice.
      throwFailure();
    }
    try {
      appendOldValues(rows, from, to);
      log.force();
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    for (int i = from; i < to; i++) {
      saved.add(rows[i]);
    }
  }

  private void throwFailure() {
    if (failure instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) failure;
  }

  private void appendOldValues(long[] rows, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!saved.contains(rows[i])) {
        ids[count++] = rows[i];
      }
      if (count == ids.length || (i == to - 1 && count > 0)) {
        store.read(ids, 0, count, values, 0).await();
        if (digesting != null) {
          digesting.beforeWrite(ids, count, values);
        }
        markNeverWritten(count);
        log.append(ids, count, values);
        count = 0;
      }
    }
  }

  private void markNeverWritten(int count) {
    for (int i = 0; i < count; i++) {
      if (!store.written(ids[i])) {
        ids[i] |= RowLog.NEVER_WRITTEN;
        rowsHeld++;
      }
    }
  }

  @Override
  public void afterWrite(long[] rows, int from, int count) {
    // Nothing to do: beforeWrite has saved the old values.
  }

  @Override
  public CheckpointRows beginCheckpoint(long step) {
    if (log == null) {
      rowsHeld = store.rowsHeld();
    }
    if (generationBegun) {
      store.written(0, store.spec().tables().rows(), saved);
      generationBegun = false;
    }
    RowLogWriter next = directory.newUndo(step, store.spec().format(), runId, rowsHeld);
    if (log != null) {
      log.continuedBy(step);
      log.close();
    }
    log = next;
    boolean newBase = deltas.beginsAnew(saved, rowsHeld);
    deltas.begin(step, newBase);
    var started = new Digesting(saved, newBase ? rowsWritten() : null, rowsHeld);
    saved = new RowBits(store.spec().tables().rows());
    digesting = started.pass;
    return started;
  }

  private RowBits rowsWritten() {
    long rows = store.spec().tables().rows();
    var written = new RowBits(rows);
    store.written(0, rows, written);
    return written;
  }

  /** Digests the rows of one checkpoint, and writes them for followers. */
  private final class Digesting implements CheckpointRows {

    private final RowsDigest digest = new RowsDigest();
    private final RowPass pass;
    private final long rowsHeldThen;

    /**
     * @param changed rows written since the last checkpoint; owned by this object from now on
     * @param written all rows that were ever written, if they are needed; null otherwise. As {@code
     *     changed}
     */
    Digesting(RowBits changed, RowBits written, long rowsHeldThen) {
      this.rowsHeldThen = rowsHeldThen;
      RowBits toVisit = changed;
      if (written != null) {
        written.addAll(changed);
        toVisit = written;
      }
      RowBits digested = written == null ? null : changed;
      pass =
          new RowPass(
              store,
              toVisit,
              (rows, count, rowValues) -> {
                digest.add(rows, count, rowValues, digested);
                deltas.append(rows, count, rowValues, digested);
              });
    }

    @Override
    public List<RowLogFile> finish() {
      store.flush();
      pass.finish();
      return List.of();
    }

    @Override
    public RowsDigest changed() {
      return digest;
    }

    @Override
    public long rowsHeld() {
      return rowsHeldThen;
    }
  }

  /**
   * Ends the log of the last checkpoint. Until the next checkpoint there is nothing to undo: to go
   * back to the one before, the store returns to the generation before.
   */
  @Override
  public void beginGeneration() {
    close();
    log = null;
    digesting = null;
    deltas.beginGeneration();
    saved.clear();
    generationBegun = true;
    rowsHeld = store.rowsHeld();
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
