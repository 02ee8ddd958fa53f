package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Checkpoints of a store in memory. Each checkpoint copies the rows written since the last one to a
 * file. A checkpoint's rows are therefore a chain of files; for a row in several files, the last
 * file counts. If the chain would hold more than twice the number of rows ever written, the
 * checkpoint copies all of these rows and begins a new chain. So the files hold at most twice the
 * rows ever written, and copying costs at most twice the rows that changed.
 *
 * <p><b>Threading.</b> The copy runs beside training. If a row is about to be overwritten before it
 * was copied, the thread that writes the row copies it first. At most one block is copied at a
 * time.
 *
 * <p><b>Memory.</b> Three bits a row, and four blocks of {@link RowLog} while a copy runs.
 */
final class CopyHistory implements RowHistory {

  private final RowStore store;
  private final CheckpointDirectory directory;
  private final long runId;
  private final long rows;
  private final RowBits everWritten;
  private RowBits changed;
  private List<RowLogFile> chain;
  private volatile Copy copy;

  /**
   * @param chain the files with which the store was filled, in order; empty for a new run
   */
  CopyHistory(RowStore store, CheckpointDirectory directory, long runId, List<RowLogFile> chain) {
    this.store = store;
    this.directory = directory;
    this.runId = runId;
    this.rows = store.spec().tables().rows();
    this.everWritten = new RowBits(rows);
    this.changed = new RowBits(rows);
    this.chain = List.copyOf(chain);
  }

  /** Fills the store with the rows of a checkpoint. */
  static CopyHistory resume(
      RowStore store, CheckpointDirectory directory, long runId, List<RowLogFile> chain) {
    var history = new CopyHistory(store, directory, runId, chain);
    for (RowLogFile file : chain) {
      try (var reader = directory.openRows(file, store.spec().format(), runId)) {
        while (reader.advance()) {
          store.write(reader.ids(), 0, reader.count(), reader.values(), 0).await();
          for (int i = 0; i < reader.count(); i++) {
            history.everWritten.add(reader.ids()[i]);
          }
        }
      }
    }
    return history;
  }

  @Override
  public void beforeWrite(long[] ids, int from, int count) {
    Copy running = copy;
    if (running != null) {
      running.copyBeforeWrite(ids, from, count);
    }
  }

  @Override
  public void afterWrite(long[] ids, int from, int count) {
    for (int i = from; i < from + count; i++) {
      changed.add(ids[i]);
    }
  }

  @Override
  public CheckpointRows beginCheckpoint(long step) {
    everWritten.addAll(changed);
    long chainRows = chain.stream().mapToLong(RowLogFile::rows).sum();
    boolean newChain = chainRows + changed.count() > 2 * everWritten.count();
    RowBits toCopy = changed;
    changed = new RowBits(rows);
    if (newChain) {
      toCopy.addAll(everWritten);
    }
    var started = new Copy(step, toCopy, newChain ? List.of() : chain);
    copy = started;
    return started;
  }

  @Override
  public void close() {
    Copy running = copy;
    if (running != null) {
      running.log.close();
    }
  }

  /** Copies the rows of one checkpoint to a file. */
  private final class Copy implements CheckpointRows {

    private final long step;

    /** Rows still to be copied. A row is removed after it was copied, under the lock. */
    private final RowBits pending;

    private final List<RowLogFile> earlierFiles;
    private final RowLogWriter log;
    private final long[] ids;
    private final RowBuffer values;
    private volatile RuntimeException failure;

    Copy(long step, RowBits pending, List<RowLogFile> earlierFiles) {
      this.step = step;
      this.pending = pending;
      this.earlierFiles = earlierFiles;
      RowFormat format = store.spec().format();
      log = directory.newRows(step, format, runId);
      ids = new long[RowLog.maxBlockRows(format)];
      values = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
    }

    /** Copies those rows that are still to be copied; they are about to be overwritten. */
    void copyBeforeWrite(long[] rows, int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (pending.contains(rows[i])) {
          copyPending(rows, i, from + count);
          return;
        }
      }
    }

    private synchronized void copyPending(long[] rows, int from, int to) {
      int count = 0;
      for (int i = from; i < to; i++) {
        if (pending.contains(rows[i])) {
          ids[count++] = rows[i];
        }
        if (count == ids.length || i == to - 1) {
          copyIds(count);
          count = 0;
        }
      }
    }

    /** Copies the first {@code count} rows of {@link #ids}. */
    private void copyIds(int count) {
      if (count == 0 || failure != null) {
        return;
      }
      try {
        store.read(ids, 0, count, values, 0).await();
        log.append(ids, count, values);
      } catch (RuntimeException e) {
        // Training continues; finish() throws the failure.
        failure = e;
      }
      for (int i = 0; i < count; i++) {
        pending.remove(ids[i]);
      }
    }

    @Override
    public List<RowLogFile> finish() {
      try (log) {
        for (long row = 0; row >= 0; ) {
          row = copyBlock(row);
        }
        copy = null;
        if (failure != null) {
          throw failure;
        }
        log.force();
      }
      var files = new ArrayList<>(earlierFiles);
      if (log.rows() > 0) {
        files.add(new RowLogFile(step, log.rows(), log.length()));
      }
      chain = List.copyOf(files);
      return chain;
    }

    /** Copies a block of rows from {@code row} on; returns the next row to copy, or -1. */
    private synchronized long copyBlock(long row) {
      int count = 0;
      long next = pending.next(row);
      while (next >= 0 && count < ids.length) {
        ids[count++] = next;
        next = pending.next(next + 1);
      }
      copyIds(count);
      return next;
    }
  }
}
