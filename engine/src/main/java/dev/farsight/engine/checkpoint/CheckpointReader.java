package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.model.OptimizerUpdates;
import dev.farsight.engine.sharding.ShardingPlan;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads the checkpoints in a directory, for users and tools. Changes nothing. If a run is writing
 * to the directory, a listed checkpoint may have been deleted by the time it is opened.
 */
public final class CheckpointReader {

  private final CheckpointDirectory directory;
  private final long step;
  private final boolean part;

  CheckpointReader(CheckpointDirectory directory, long step) {
    this(directory, step, false);
  }

  private CheckpointReader(CheckpointDirectory directory, long step, boolean part) {
    this.directory = directory;
    this.step = step;
    this.part = part;
  }

  /** Reads the part that a process has of a checkpoint, in its own directory. */
  static CheckpointReader ofPart(CheckpointDirectory directory, long step) {
    return new CheckpointReader(directory, step, true);
  }

  /**
   * The checkpoints in a directory, oldest first. If the path is a checkpoint itself, that one
   * alone.
   *
   * @throws FarsightException if there is no checkpoint
   */
  public static List<CheckpointReader> list(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    var step = CheckpointDirectory.stepOf(absolute);
    if (step.isPresent() && absolute.getParent() != null) {
      return List.of(
          new CheckpointReader(new CheckpointDirectory(absolute.getParent()), step.getAsLong()));
    }
    var directory = new CheckpointDirectory(absolute);
    var checkpoints = new ArrayList<CheckpointReader>();
    for (long listedStep : directory.steps()) {
      checkpoints.add(new CheckpointReader(directory, listedStep));
    }
    if (checkpoints.isEmpty()) {
      throw new FarsightException(
          path + ": contains no checkpoint; name a directory such as RUN/checkpoints");
    }
    return checkpoints;
  }

  public long step() {
    return step;
  }

  public Path path() {
    return directory.checkpoint(step);
  }

  /**
   * The description of a checkpoint.
   *
   * @param initial the rows that were never written
   * @param updates that the optimizer state has seen
   * @param rowsDrawnStep steps trained before all rows were drawn last
   * @param rows rows in its row files; a row in several files counts several times. If a persistent
   *     store holds the rows: rows in that store
   * @param bytes bytes of its own files and its row files
   * @param deltas its files for followers of the run; empty if it has none
   * @param runDirectory the folder with the run's files
   * @param store id of the persistent store that holds its rows, or those of process 0; empty if
   *     row files hold them
   * @param cache description of the cache whose state was saved, or of that of process 0; empty if
   *     it was not saved
   * @param processes that have written it, each a part; {@code rows} and {@code bytes} are of all
   * @param config the run's configuration
   */
  public record Info(
      long step,
      int epoch,
      long samples,
      InitialRows initial,
      OptimizerUpdates updates,
      long rowsDrawnStep,
      long rows,
      long bytes,
      Optional<DeltaInfo> deltas,
      Path runDirectory,
      Optional<String> store,
      Optional<String> cache,
      int processes,
      Config config) {

    public TableSet tables() {
      return initial.tables();
    }

    public RowFormat format() {
      return initial.format();
    }

    /** How often all rows had been drawn again. */
    public int generation() {
      return initial.generation();
    }
  }

  /**
   * The files of a checkpoint for followers of the run, see {@link FollowedRun}.
   *
   * @param count number of deltas
   * @param sinceStep step of the earliest checkpoint from which deltas lead here; this checkpoint's
   *     if there are none
   * @param bytes of the deltas and their base
   */
  public record DeltaInfo(int count, long sinceStep, long bytes) {}

  /**
   * Reads and checks the checkpoint's own files, in the parts of all processes.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public Info info() {
    Manifest manifest = Checkpoint.open(path()).manifest();
    ProcessParts parts = parts(manifest);
    return new Info(
        step,
        manifest.progress().epoch(),
        manifest.progress().samples(),
        manifest.initial(),
        manifest.progress().optimizer().updates(),
        manifest.progress().rowsDrawn().step(),
        manifest.store() == null ? parts.loggedRows() : parts.rowsHeld(),
        parts.bytes(),
        Optional.ofNullable(manifest.deltas())
            .map(d -> new DeltaInfo(d.deltas().size(), d.sinceStep(), d.bytes())),
        runDirectory(manifest),
        Optional.ofNullable(manifest.store()),
        Optional.ofNullable(manifest.cache()),
        part ? 1 : manifest.processes(),
        manifest.config());
  }

  /**
   * The run directory in the manifest. If it no longer exists: the parent of the checkpoint
   * directory.
   */
  private Path runDirectory(Manifest manifest) {
    try {
      Path recorded = Path.of(manifest.runDirectory());
      if (Files.isDirectory(recorded)) {
        return recorded;
      }
    } catch (InvalidPathException e) {
      // Another system wrote it.
    }
    return directory.path().toAbsolutePath().getParent();
  }

  /**
   * Digests of the steps since the checkpoint before; empty if an earlier version of Farsight wrote
   * the checkpoint.
   */
  public Optional<Digests> digests() {
    return Optional.ofNullable(Checkpoint.open(path()).manifest().digests());
  }

  /**
   * The losses of the steps after {@code firstStep} up to this checkpoint, in order.
   *
   * @param firstStep steps before the first loss
   * @throws FarsightException if losses are missing or damaged
   */
  public float[] lossesAfter(long firstStep) {
    Checkpoint.open(path()).checkLosses();
    var losses = new float[Math.toIntExact(step - firstStep)];
    var count = new int[1];
    new LossLog(directory.path()).read(firstStep, step, loss -> losses[count[0]++] = loss);
    return losses;
  }

  /**
   * Writes the checkpoint's values to dense parameters.
   *
   * @throws FarsightException if they have other names or shapes
   */
  public void loadDense(DenseState dense) {
    Checkpoint.open(path()).loadDense(dense);
  }

  /**
   * The folder with what the data was found to be like; empty if there is none.
   *
   * @throws FarsightException if one of its files is missing or damaged
   */
  public Optional<Path> fitted() {
    return Checkpoint.open(path()).fitted();
  }

  /** How rows were divided over devices; empty if there was one. */
  public Optional<ShardingPlan> plan() {
    return Optional.ofNullable(Checkpoint.open(path()).manifest().plan());
  }

  /** What its model has beside the weights. */
  public ModelFacts facts() {
    return Checkpoint.open(path()).facts();
  }

  /** The dense parameters. */
  public DenseValues dense() {
    return Checkpoint.open(path()).dense();
  }

  /**
   * Fills an empty store in memory with the rows in the checkpoint's row files.
   *
   * @throws FarsightException if a persistent store holds the rows
   */
  public void fill(RowStore store) {
    Manifest manifest = Checkpoint.open(path()).manifest();
    if (manifest.store() != null) {
      throw new FarsightException(
          "%s: its rows are in the store %s".formatted(path(), manifest.store()));
    }
    CopyHistory.fill(store, parts(manifest).rows(), new RowBits(manifest.tables().rows()));
  }

  /**
   * The rows of the checkpoint, as they were then. They are read from its files when they are
   * needed; opening reads its row files or undo logs twice.
   *
   * @param below the persistent store that the checkpoint refers to, which is not changed; if row
   *     files hold the rows, any reader of the same tables and row format in which no row was
   *     written, such as {@link #unwritten}
   * @throws FarsightException if the rows are in another store, if that has lost rows, or if a file
   *     is damaged
   */
  public RowReader rows(RowReader below) {
    Manifest manifest = Checkpoint.open(path()).manifest();
    String storeId = below.identity().map(StoreIdentity::id).orElse(null);
    if (!Objects.equals(storeId, manifest.store())) {
      throw new FarsightException(
          "%s: its rows are in %s, not in %s"
              .formatted(path(), storeName(manifest.store()), storeName(storeId)));
    }
    var view =
        new CheckpointView(
            below, new LoggedRows(manifest.tables().rows(), manifest.format(), logs(manifest)));
    requireAllRows(manifest, below, view);
    return view;
  }

  /** A store that was recovered after a crash may have lost rows, which read as initial values. */
  private void requireAllRows(Manifest manifest, RowReader below, CheckpointView view) {
    if (manifest.store() != null && view.rowsHeld() < manifest.rowsHeld()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: its store %s has lost rows: there are %d of %d; restore the store from a copy",
              path(),
              below.identity().map(StoreIdentity::place).orElse(""),
              view.rowsHeld(),
              manifest.rowsHeld()));
    }
  }

  private static String storeName(String storeId) {
    return storeId == null ? "its own files" : "the store " + storeId;
  }

  /** The logs that hold rows of the checkpoint; if several hold a row, the last one counts. */
  private List<Supplier<RowLogReader>> logs(Manifest manifest) {
    var logs = new ArrayList<Supplier<RowLogReader>>();
    if (manifest.store() == null) {
      return parts(manifest).rows();
    }
    requireOneProcess(manifest, "read it as a whole");
    for (long logStep :
        UndoHistory.checkLogs(manifest.format(), directory, manifest.runId(), step)) {
      logs.add(() -> directory.openUndo(logStep, manifest.format(), manifest.runId()));
    }
    return logs;
  }

  /** The parts of all processes, or the one that is read by itself. */
  private ProcessParts parts(Manifest manifest) {
    if (part) {
      return ProcessParts.one(directory, step, manifest);
    }
    if (manifest.process() > 0) {
      throw new FarsightException(
          path() + ": is a part of a checkpoint; name the directory that holds `processes`");
    }
    return ProcessParts.of(directory, step, manifest);
  }

  /**
   * @throws FarsightException if several processes have written the checkpoint
   */
  public void requireOneProcess(String what) {
    requireOneProcess(Checkpoint.open(path()).manifest(), what);
  }

  private void requireOneProcess(Manifest manifest, String what) {
    if (manifest.processes() > 1 && !part) {
      throw new FarsightException(
          "%s: was written by %d processes; Farsight cannot %s yet"
              .formatted(path(), manifest.processes(), what));
    }
  }

  /** The initial values of all rows. */
  public static RowReader unwritten(StoreSpec spec) {
    return new UnwrittenRows(spec);
  }

  /**
   * Reads and checks all files that resuming from this checkpoint reads, and those for followers.
   * Does not read a persistent store.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public void verify() {
    Checkpoint checkpoint = Checkpoint.open(path());
    parts(checkpoint.manifest()).check();
    WeightFiles.check(directory, checkpoint.manifest());
    checkpoint.checkLosses();
  }
}
