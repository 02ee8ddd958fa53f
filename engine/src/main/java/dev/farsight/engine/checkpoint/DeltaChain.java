package dev.farsight.engine.checkpoint;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the files for followers of a run, checkpoint by checkpoint: a {@link Deltas} each. A chain
 * begins with a base. If base and deltas would hold more than twice the rows ever written, the
 * checkpoint writes a new base beside its delta. So the files of a chain hold at most twice the
 * rows ever written, and writing costs at most three times the rows that changed. A generation
 * begins a new chain, without a way to it from the one before.
 *
 * <p>The row history calls {@link #append} from its {@link RowPass}, so rows are read once for all
 * purposes, beside training. One checkpoint at a time.
 *
 * <p><b>Memory.</b> Four blocks of {@link RowLog} while a checkpoint is being written.
 */
final class DeltaChain implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaChain.class);

  private final boolean enabled;
  private final int keep;
  private final CheckpointDirectory directory;
  private final RowFormat format;
  private final long runId;

  /** The files of the checkpoint before; null if there is none in this generation. */
  private Deltas last;

  // Of the checkpoint that is being written; null if it has no such file.
  private DeltaWriter delta;
  private DeltaWriter base;

  /**
   * @param resumed the files of the checkpoint from which the run goes on; null for none
   */
  DeltaChain(
      CheckpointSettings settings,
      CheckpointDirectory directory,
      RowFormat format,
      long runId,
      Deltas resumed) {
    this.enabled = settings.deltas();
    this.keep = settings.keep();
    this.directory = directory;
    this.format = format;
    this.runId = runId;
    last = enabled && resumed != null && areThere(resumed) ? resumed : null;
  }

  /** Whether the files have their lengths. If not, the next checkpoint begins a new chain. */
  private boolean areThere(Deltas deltas) {
    return Stream.concat(
            Stream.of(isThere(RowLog.BASE, deltas.base())),
            deltas.deltas().stream().map(d -> isThere(RowLog.DELTA, d.file())))
        .allMatch(there -> there);
  }

  private boolean isThere(int kind, Deltas.File file) {
    var path = directory.weightsFile(kind, file.step());
    try {
      if (Files.size(path) == file.bytes()) {
        return true;
      }
    } catch (IOException e) {
      // It is missing, or cannot be read.
    }
    LOG.warn("{} is missing or damaged: the next checkpoint begins a new chain of deltas", path);
    return false;
  }

  /**
   * Whether the next checkpoint writes a base.
   *
   * @param changed the rows changed since the checkpoint before
   * @param rowsHeld rows ever written
   */
  boolean beginsAnew(RowBits changed, long rowsHeld) {
    return enabled && (last == null || last.rows() + changed.count() > 2 * rowsHeld);
  }

  /** Begins the files of a checkpoint. Writes nothing yet. */
  void begin(long step, boolean withBase) {
    if (enabled) {
      delta = last == null ? null : writer(RowLog.DELTA, step);
      base = withBase ? writer(RowLog.BASE, step) : null;
    }
  }

  private DeltaWriter writer(int kind, long step) {
    return new DeltaWriter(directory, kind, step, runId, format);
  }

  /**
   * Appends rows: each row of the delta, or of the base if there is one, once.
   *
   * @param changed which of them are rows of the delta; null if all are
   */
  void append(long[] rows, int count, RowBuffer values, RowBits changed) {
    if (delta != null) {
      delta.append(rows, count, values, changed);
    }
    if (base != null) {
      base.append(rows, count, values, null);
    }
  }

  /**
   * Forces the files of the checkpoint to disk.
   *
   * @param since step of the checkpoint before
   * @param before digests of the checkpoint before
   * @return null if none are wanted
   */
  Deltas finish(long since, Digests before) {
    if (!enabled) {
      return null;
    }
    var deltas = new ArrayList<Deltas.Delta>();
    if (delta != null) {
      deltas.addAll(last.deltas());
      deltas.add(new Deltas.Delta(since, before.chain(), delta.finish()));
    }
    Deltas.File chainBase = base == null ? last.base() : base.finish();
    last = new Deltas(chainBase, needed(chainBase.step(), deltas));
    delta = null;
    base = null;
    return last;
  }

  /**
   * The deltas after the base, and the latest ones: so many as checkpoints are kept, so that a
   * follower that has one of these, or the one before them, can go on.
   */
  private List<Deltas.Delta> needed(long baseStep, List<Deltas.Delta> deltas) {
    int first = 0;
    while (first < deltas.size() - keep && deltas.get(first).since() < baseStep) {
      first++;
    }
    return deltas.subList(first, deltas.size());
  }

  /** All rows were drawn anew: the next checkpoint has nothing of the rows before. */
  void beginGeneration() {
    last = null;
  }

  @Override
  public void close() {
    if (delta != null) {
      delta.close();
    }
    if (base != null) {
      base.close();
    }
  }
}
