package dev.farsight.engine.checkpoint;

import dev.farsight.api.table.RowBits;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Checkpoints of a store that forgets: each copies out the rows written since the one before, so a
 * checkpoint's rows are a chain of files, later ones first to be believed. When the chain would
 * come to hold more than twice the rows ever written, the checkpoint copies all of those and begins
 * a new chain; so writing costs at most twice the rows that changed, and so does the disk.
 *
 * <p>A copy runs beside training. A row that is about to be overwritten before the copy came to it
 * is copied by the thread that writes it: at most one block is copied at a time.
 *
 * <p>Three bits a row, and four blocks of {@link RowLog} while a copy runs.
 */
final class CopiedRows implements RowHistory {

  private final RowStore store;
  private final CheckpointDirectory directory;
  private final long run;
  private final long rows;
  private final RowBits ever;
  private RowBits changed;
  private List<RowLogFile> chain;
  private volatile Copy copy;

  /**
   * @param chain the files from which the store was filled, all of whose rows are in it; none at
   *     the beginning
   */
  CopiedRows(RowStore store, CheckpointDirectory directory, long run, List<RowLogFile> chain) {
    this.store = store;
    this.directory = directory;
    this.run = run;
    this.rows = store.spec().tables().rows();
    this.ever = new RowBits(rows);
    this.changed = new RowBits(rows);
    this.chain = List.copyOf(chain);
  }

  /** Fills the store with the rows of a checkpoint. */
  static CopiedRows resume(
      RowStore store, CheckpointDirectory directory, long run, List<RowLogFile> chain) {
    var history = new CopiedRows(store, directory, run, chain);
    for (RowLogFile file : chain) {
      try (var reader = directory.rows(file, store.spec().format(), run)) {
        while (reader.advance()) {
          store.write(reader.ids(), 0, reader.count(), reader.values(), 0).await();
          for (int i = 0; i < reader.count(); i++) {
            history.ever.add(reader.ids()[i]);
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
      running.rescue(ids, from, count);
    }
  }

  @Override
  public void afterWrite(long[] ids, int from, int count) {
    for (int i = from; i < from + count; i++) {
      changed.add(ids[i]);
    }
  }

  @Override
  public Marked mark(long step) {
    ever.addAll(changed);
    long inChain = chain.stream().mapToLong(RowLogFile::rows).sum();
    boolean anew = inChain + changed.count() > 2 * ever.count();
    RowBits wanted = changed;
    changed = new RowBits(rows);
    if (anew) {
      wanted.addAll(ever);
    }
    var started = new Copy(step, wanted, anew ? List.of() : chain);
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

  /** One checkpoint's rows, as they were when it was made. */
  private final class Copy implements Marked {

    private final long step;

    /** Rows still to be copied; taken out only after the copy was made, under the lock. */
    private final RowBits pending;

    private final List<RowLogFile> before;
    private final RowLogWriter log;
    private final long[] ids;
    private final RowBuffer values;
    private volatile RuntimeException failure;

    Copy(long step, RowBits pending, List<RowLogFile> before) {
      this.step = step;
      this.pending = pending;
      this.before = before;
      RowFormat format = store.spec().format();
      log = directory.newRows(step, format, run);
      ids = new long[RowLog.blockRows(format)];
      values = RowBuffer.allocate(format, ids.length, HostBuffers.plain());
    }

    void rescue(long[] wanted, int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (pending.contains(wanted[i])) {
          rescueRest(wanted, i, from + count);
          return;
        }
      }
    }

    private synchronized void rescueRest(long[] wanted, int from, int to) {
      int found = 0;
      for (int i = from; i < to; i++) {
        if (pending.contains(wanted[i])) {
          ids[found++] = wanted[i];
        }
        if (found == ids.length || i == to - 1) {
          copy(found);
          found = 0;
        }
      }
    }

    private void copy(int count) {
      if (count == 0 || failure != null) {
        return;
      }
      try {
        store.read(ids, 0, count, values, 0).await();
        log.append(ids, count, values);
      } catch (RuntimeException e) {
        // Training goes on; who waits for the checkpoint is told.
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
      var files = new ArrayList<>(before);
      if (log.rows() > 0) {
        files.add(new RowLogFile(step, log.rows(), log.length()));
      }
      chain = List.copyOf(files);
      return chain;
    }

    /** Copies the next rows from {@code row} on; returns where to go on, or -1. */
    private synchronized long copyBlock(long row) {
      int count = 0;
      long next = pending.next(row);
      while (next >= 0 && count < ids.length) {
        ids[count++] = next;
        next = pending.next(next + 1);
      }
      copy(count);
      return next;
    }
  }
}
