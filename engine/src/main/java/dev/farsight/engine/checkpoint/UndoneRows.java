package dev.farsight.engine.checkpoint;

import dev.farsight.api.table.RowBits;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Checkpoints of a store that persists: its rows stay where they are, and what changes after a
 * checkpoint can be undone. Before a row's first overwrite since the last checkpoint its old value
 * goes to that checkpoint's undo log, which is on disk before the row is touched. Undoing the logs
 * from the last one back to a checkpoint's own gives the rows of that checkpoint.
 *
 * <p>A row never written before goes back to its initial value; such rows are counted, so that a
 * store which has lost a row is found out. One bit a row, and three blocks of {@link RowLog}.
 */
final class UndoneRows implements RowHistory {

  private final RowStore store;
  private final CheckpointDirectory directory;
  private final long run;
  private final RowBits saved;
  private final long[] ids;
  private final RowBuffer values;
  private RowLogWriter log;

  /** Why no row may be overwritten any more. */
  private RuntimeException failure;

  /** Rows that the store holds. */
  private long held;

  UndoneRows(RowStore store, CheckpointDirectory directory, long run) {
    this.store = store;
    this.directory = directory;
    this.run = run;
    this.saved = new RowBits(store.spec().tables().rows());
    RowFormat format = store.spec().format();
    ids = new long[RowLog.blockRows(format)];
    values = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
    held = store.rowsHeld();
  }

  /**
   * Takes the store back to a checkpoint. Interrupted at any moment, it can be done again.
   *
   * @throws FarsightException if a log is damaged or missing, in which case nothing is changed, or
   *     if the store has lost rows
   */
  static UndoneRows resume(RowStore store, CheckpointDirectory directory, long run, long step) {
    long expected = 0;
    Deque<Long> newestFirst = checkLogs(store.spec().format(), directory, run, step);
    for (long log : newestFirst) {
      try (var reader = directory.undo(log, store.spec().format(), run)) {
        while (reader.advance()) {
          store.write(reader.ids(), 0, reader.count(), reader.values(), 0).await();
          expected += reader.fresh();
        }
        expected += log == step ? reader.held() : 0;
      }
    }
    store.flush();
    var history = new UndoneRows(store, directory, run);
    if (history.held != expected) {
      throw new FarsightException(
          "%s: holds %d rows where %d belong: it was damaged, and cannot be gone on with"
              .formatted(
                  store.identity().map(StoreIdentity::place).orElse("the store"),
                  history.held,
                  expected));
    }
    history.log = directory.newUndo(step, store.spec().format(), run, history.held);
    directory.deleteUndoAfter(step);
    return history;
  }

  /** The steps of the logs from the last back to a checkpoint's own; reads all of them. */
  static Deque<Long> checkLogs(
      RowFormat format, CheckpointDirectory directory, long run, long step) {
    var newestFirst = new ArrayDeque<Long>();
    for (long log = step; log != RowLog.NO_STEP; ) {
      newestFirst.push(log);
      try (var reader = directory.undo(log, format, run)) {
        while (reader.advance()) {
          // Only to see that it can be read.
        }
        if (reader.next() != RowLog.NO_STEP && reader.next() <= log) {
          throw new FarsightException(
              directory.undoFile(log) + ": is damaged: it is followed by step " + reader.next());
        }
        log = reader.next();
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
      // Rows written before the first checkpoint have nothing to go back to.
      return;
    }
    if (failure != null) {
      // What the log has of the call that failed may not be in it twice.
      throw failure;
    }
    try {
      append(rows, from, to);
      log.force();
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
    for (int i = from; i < to; i++) {
      saved.add(rows[i]);
    }
  }

  private void append(long[] rows, int from, int to) {
    int found = 0;
    for (int i = from; i < to; i++) {
      if (!saved.contains(rows[i])) {
        ids[found++] = rows[i];
      }
      if (found == ids.length || (i == to - 1 && found > 0)) {
        store.read(ids, 0, found, values, 0).await();
        markFresh(found);
        log.append(ids, found, values);
        found = 0;
      }
    }
  }

  private void markFresh(int count) {
    for (int i = 0; i < count; i++) {
      if (!store.written(ids[i])) {
        ids[i] |= RowLog.FRESH;
        held++;
      }
    }
  }

  @Override
  public void afterWrite(long[] rows, int from, int count) {
    // Their old values are safe, that is all.
  }

  @Override
  public Marked mark(long step) {
    if (log == null) {
      held = store.rowsHeld();
    }
    RowLogWriter next = directory.newUndo(step, store.spec().format(), run, held);
    if (log != null) {
      log.continuedBy(step);
      log.close();
    }
    log = next;
    saved.clear();
    long heldNow = held;
    return new Marked() {
      @Override
      public List<RowLogFile> finish() {
        store.flush();
        return List.of();
      }

      @Override
      public long held() {
        return heldNow;
      }
    };
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
