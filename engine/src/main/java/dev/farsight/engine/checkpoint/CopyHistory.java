package dev.farsight.engine.checkpoint;

import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowBits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checkpoints of a store in memory. Each checkpoint copies the rows written since the last one to a
 * file. A checkpoint's rows are therefore a chain of files; for a row in several files, the last
 * file counts. If the chain would hold more than twice the number of rows ever written, the
 * checkpoint copies all of these rows and begins a new chain. So the files hold at most twice the
 * rows ever written, and copying costs at most twice the rows that changed. A generation begins a
 * new chain too.
 *
 * <p><b>Threading.</b> The copy runs beside training, as {@link RowPass} says.
 *
 * <p><b>Memory.</b> Three bits a row, four when a new chain begins, and four blocks of {@link
 * RowLog} while a copy runs.
 */
final class CopyHistory implements RowHistory {

  private final RowStore store;
  private final CheckpointDirectory directory;
  private final long runId;
  private final long rows;
  private final DeltaChain deltas;
  private final RowBits everWritten;
  private RowBits changed;
  private List<RowLogFile> chain;
  private volatile Copy copy;

  /**
   * @param chain the files with which the store was filled, in order; empty for a new run
   * @param deltas writes the files for followers; not owned
   */
  CopyHistory(
      RowStore store,
      CheckpointDirectory directory,
      long runId,
      List<RowLogFile> chain,
      DeltaChain deltas) {
    this.store = store;
    this.directory = directory;
    this.runId = runId;
    this.deltas = deltas;
    this.rows = store.spec().tables().rows();
    this.everWritten = new RowBits(rows);
    this.changed = new RowBits(rows);
    this.chain = List.copyOf(chain);
  }

  /** Fills the store with the rows of a checkpoint. */
  static CopyHistory resume(
      RowStore store,
      CheckpointDirectory directory,
      long runId,
      List<RowLogFile> chain,
      DeltaChain deltas) {
    var history = new CopyHistory(store, directory, runId, chain, deltas);
    List<Supplier<RowLogReader>> logs = new ArrayList<>();
    for (RowLogFile file : chain) {
      logs.add(() -> directory.openRows(file, store.spec().format(), runId));
    }
    fill(store, logs, history.everWritten);
    return history;
  }

  /**
   * Writes the rows of a chain of files to a store.
   *
   * @param written gets the rows
   */
  static void fill(RowStore store, List<Supplier<RowLogReader>> logs, RowBits written) {
    for (Supplier<RowLogReader> log : logs) {
      try (RowLogReader reader = log.get()) {
        while (reader.advance()) {
          store.write(reader.ids(), 0, reader.count(), reader.values(), 0).await();
          for (int i = 0; i < reader.count(); i++) {
            written.add(reader.ids()[i]);
          }
        }
      }
    }
  }

  @Override
  public void beforeWrite(long[] ids, int from, int count) {
    Copy running = copy;
    if (running != null) {
      running.pass.beforeWrite(ids, from, count);
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
    long rowsHeld = everWritten.count();
    boolean newChain =
        chainRows + changed.count() > 2 * rowsHeld || deltas.beginsAnew(changed, rowsHeld);
    deltas.begin(step, newChain);
    var started =
        new Copy(step, changed, newChain ? everWritten : null, newChain ? List.of() : chain);
    changed = new RowBits(rows);
    copy = started;
    return started;
  }

  /** The next checkpoint begins a new chain: it has nothing of the rows before. */
  @Override
  public void beginGeneration() {
    if (copy != null) {
      throw new IllegalStateException("a checkpoint is being written");
    }
    everWritten.clear();
    changed.clear();
    chain = List.of();
    deltas.beginGeneration();
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
    private final List<RowLogFile> earlierFiles;
    private final RowLogWriter log;
    private final RowsDigest digest = new RowsDigest();
    private final RowPass pass;

    /**
     * @param changed rows written since the last checkpoint
     * @param others further rows to copy; null for none
     */
    Copy(long step, RowBits changed, RowBits others, List<RowLogFile> earlierFiles) {
      this.step = step;
      this.earlierFiles = earlierFiles;
      log = directory.newRows(step, store.spec().format(), runId);
      RowBits toCopy = changed;
      if (others != null) {
        toCopy = new RowBits(rows);
        toCopy.addAll(changed);
        toCopy.addAll(others);
      }
      RowBits digested = others == null ? null : changed;
      pass =
          new RowPass(
              store,
              toCopy,
              (ids, count, values) -> {
                log.append(ids, count, values);
                digest.add(ids, count, values, digested);
                deltas.append(ids, count, values, digested);
              });
    }

    @Override
    public List<RowLogFile> finish() {
      try (log) {
        pass.finish();
        log.force();
      } finally {
        copy = null;
      }
      var files = new ArrayList<>(earlierFiles);
      if (log.rows() > 0) {
        files.add(new RowLogFile(step, log.rows(), log.length()));
      }
      chain = List.copyOf(files);
      return chain;
    }

    @Override
    public RowsDigest changed() {
      return digest;
    }
  }
}
