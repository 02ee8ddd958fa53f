package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.ProcessLock;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.event.ListenerException;
import dev.farsight.engine.model.FileSeal;
import dev.farsight.engine.model.FittedFolder;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.sharding.ShardingPlan;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the checkpoints of one run, and resumes the run from the last one.
 *
 * <p>{@link #take} is called while the run is at rest and the store has every row. It writes the
 * small parts, marks the rows as part of the checkpoint, and returns. A background thread writes
 * the rows to disk, beside training. Checkpoints do not overlap: the next one waits until the last
 * one is on disk.
 */
public final class Checkpoints implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final CheckpointSettings settings;
  private final CheckpointDirectory directory;
  private final ProcessLock lock;
  private final CheckpointGroup group;
  private final Config config;
  private final Map<String, String> identity;
  private final RowFormat format;

  /** Null if the run starts from the beginning. */
  private final ResumePoint resumed;

  /** The rows of {@link #resumed}, if these are another run's; null otherwise. */
  private final RowReader replayedRows;

  private final LossLog lossLog;

  private final long runId;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "farsight-checkpoint");
            thread.setDaemon(true);
            return thread;
          });
  private RowStore store;
  private RowHistory history;
  private DeltaChain deltas;
  private Future<?> pendingCheckpoint;

  /** Checksums of what the data was found to be like. */
  private Map<String, FileSeal> fitted;

  /** What predictions depend on beside the weights. */
  private ModelDescription description;

  /** Null if there is one device. */
  private ShardingPlan plan;

  // Of the last checkpoint. Used by the run's thread, and by the background thread in between.
  private long digestedStep;
  private Digests digests;

  private Checkpoints(
      CheckpointSettings settings,
      CheckpointDirectory directory,
      ProcessLock lock,
      CheckpointGroup group,
      Config config,
      Map<String, String> identity,
      RowFormat format,
      ResumePoint resumed,
      RowReader replayedRows) {
    this.settings = settings;
    this.directory = directory;
    this.lock = lock;
    this.group = group;
    this.config = config;
    this.identity = identity;
    this.format = format;
    this.resumed = resumed;
    this.replayedRows = replayedRows;
    lossLog = new LossLog(directory.path());
    fitted = resumed == null ? Map.of() : resumed.manifest().fitted();
    boolean continuesDigests = resumed != null && !resumed.moved();
    digestedStep = continuesDigests ? resumed.step() : Digests.NONE;
    digests = continuesDigests ? resumed.manifest().digests() : null;
    this.runId =
        resumed == null || replayedRows != null
            ? Long.parseLong(group.ofFirst(Long.toString(new SecureRandom().nextLong())))
            : resumed.manifest().runId();
  }

  /**
   * Locks the checkpoint directory, and finds the checkpoint to resume from.
   *
   * @param resume whether to resume from the last checkpoint; if false, the directory must contain
   *     no checkpoint
   * @param plan how rows are divided
   * @param group the processes of the run, which all call this
   * @throws ConfigException if {@code resume} is true and there is no checkpoint, if it is false
   *     and there is one, or if the last checkpoint belongs to another run
   * @throws FarsightException if every checkpoint is damaged
   */
  public static Checkpoints open(
      CheckpointSettings settings,
      boolean resume,
      Settings farsight,
      RunIdentity identity,
      RowFormat format,
      ShardingPlan plan,
      CheckpointGroup group) {
    var directory = new CheckpointDirectory(settings.directory());
    boolean hasCheckpoints = !group.isFirst() || !directory.steps().isEmpty();
    if (resume && !hasCheckpoints) {
      throw new ConfigException(
          directory.path()
              + ": there is no checkpoint to resume from; start without --resume, or set run.directory or checkpoint.directory to that of the run");
    }
    if (!resume) {
      EarlierCheckpoints.requireNone(settings);
    }
    ProcessLock lock = directory.lock();
    try {
      Resumption last = resume ? Resumption.of(settings, plan, group) : null;
      if (last != null) {
        EarlierCheckpoints.requireSameRun(last.checkpoint(), identity);
      }
      return new Checkpoints(
          settings,
          directory,
          lock,
          group,
          farsight.config(),
          identity.values(),
          format,
          last == null ? null : new ResumePoint(last.checkpoint(), last.moved(), group.isFirst()),
          null);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Begins a run that repeats steps of another run from one of its checkpoints on, and writes
   * checkpoints of its own.
   *
   * @param from a checkpoint of the other run, which is not changed
   * @param rows the rows of that checkpoint; not owned
   * @throws ConfigException if the results of the two runs could differ
   */
  public static Checkpoints replay(
      CheckpointSettings settings,
      CheckpointReader from,
      RowReader rows,
      Settings farsight,
      RunIdentity identity,
      RowFormat format) {
    Checkpoint checkpoint = Checkpoint.open(from.path());
    EarlierCheckpoints.requireSameRun(checkpoint, identity);
    var directory = new CheckpointDirectory(settings.directory());
    return new Checkpoints(
        settings,
        directory,
        directory.lock(),
        CheckpointGroup.one(),
        farsight.config(),
        identity.values(),
        format,
        new ResumePoint(checkpoint),
        rows);
  }

  /**
   * Keeps what the data was found to be like, for all checkpoints of a new run. That of a run that
   * continues is there. To be called before the first checkpoint is taken.
   */
  public void keepFitted(FittedFolder.Content content) {
    boolean elsewhere = resumed != null && resumed.moved() && !group.isFirst();
    if (resumed == null || replayedRows != null || elsewhere) {
      fitted = FittedFolder.publish(directory.fitted(), content);
    }
  }

  /** Keeps a description of the model. To be called before the first checkpoint is taken. */
  public void keepDescription(ModelDescription model) {
    description = model;
  }

  /** Keeps how rows are divided over devices. To be called before the first checkpoint is taken. */
  public void keepPlan(ShardingPlan ofRun) {
    plan = ofRun.devices() == 1 ? null : ofRun;
  }

  /** The checkpoint that the run continues from; empty if it starts from the beginning. */
  public Optional<ResumePoint> resumePoint() {
    return Optional.ofNullable(resumed);
  }

  /** Whether the run continues on the rows that it left in a persistent store. */
  public boolean continuesStore() {
    return resumed != null
        && replayedRows == null
        && !resumed.moved()
        && resumed.manifest().store() != null;
  }

  /**
   * If the run resumes, brings the store to the rows of the checkpoint.
   *
   * @param store the opened store; not owned
   * @param ownRows which rows are this process's
   * @return the store to use from now on
   */
  public RowStore attach(RowStore store, LongPredicate ownRows) {
    Optional<StoreIdentity> persistent = store.identity();
    if (group.remote().isPresent()) {
      MirroredFiles.requirePossible(persistent, settings);
    }
    deltas =
        new DeltaChain(
            settings,
            directory,
            store.spec().format(),
            runId,
            resumed == null || replayedRows != null || resumed.moved()
                ? null
                : resumed.manifest().deltas());
    if (resumed != null && resumed.moved()) {
      return attachMoved(store, ownRows);
    }
    if (resumed == null || replayedRows != null) {
      requireNew(store);
      if (replayedRows != null) {
        RowCopy.copyWritten(replayedRows, store);
      }
      history =
          persistent.isPresent()
              ? new UndoHistory(store, directory, runId, deltas)
              : new CopyHistory(store, directory, runId, List.of(), deltas);
    } else {
      requireSameStore(persistent);
      if (resumed.manifest().digests() == null) {
        lossLog.write(0, resumed.checkpoint().lossesOfOldFormat());
      }
      // Later checkpoints cannot be read, and their names will be those of new ones.
      directory.setAsideAfter(resumed.step());
      history =
          persistent.isPresent()
              ? UndoHistory.resume(store, directory, runId, resumed.step(), deltas)
              : CopyHistory.resume(store, directory, runId, resumed.manifest().rows(), deltas);
    }
    this.store = store;
    return new SnapshotStore(store, history);
  }

  /** Copies the rows that this process has from the files of those that had them. */
  private RowStore attachMoved(RowStore newStore, LongPredicate ownRows) {
    requireSameStore(newStore.identity());
    var run = new CheckpointDirectory(settings.ofRun());
    if (!group.isFirst()) {
      lossLog.write(0, new CheckpointReader(run, resumed.step()).lossesAfter(0));
    }
    directory.setAsideAfter(resumed.step());
    history = new CopyHistory(newStore, directory, runId, List.of(), deltas);
    store = newStore;
    var written = new SnapshotStore(newStore, history);
    try (RowReader rows =
        new CheckpointReader(run, resumed.step())
            .rows(CheckpointReader.unwritten(newStore.spec()))) {
      RowCopy.copyWritten(rows, ownRows, written);
    }
    return written;
  }

  /**
   * @throws FarsightException if a persistent store has rows of an earlier run. One that has none
   *     is as good as new: a run that was killed before its first checkpoint left it
   */
  public static void requireNew(RowStore store) {
    Optional<StoreIdentity> identity = store.identity();
    if (identity.isPresent() && !identity.get().created() && store.rowsHeld() > 0) {
      throw new FarsightException(
          identity.get().place()
              + ": contains the rows of an earlier run; continue that run with --resume, choose another location, or delete the store");
    }
  }

  private void requireSameStore(Optional<StoreIdentity> persistent) {
    String savedId = resumed.manifest().store();
    String storeId = persistent.map(StoreIdentity::id).orElse(null);
    if (savedId == null && storeId != null) {
      throw new ConfigException(
          resumed.checkpoint().path()
              + ": contains its rows, as a run with a store in memory writes them; storage.backend was changed");
    }
    if (savedId != null && !savedId.equals(storeId)) {
      throw new FarsightException(
          "%s: its rows are in the store %s, not in %s"
              .formatted(
                  resumed.checkpoint().path(),
                  savedId,
                  persistent
                      .map(p -> p.id() + " (" + p.place() + ")")
                      .orElse("a store in memory")));
    }
    int generation = persistent.map(StoreIdentity::generation).orElse(resumed.generation());
    if (generation != resumed.generation()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: needs rows of generation %d, the store has generation %d",
              resumed.checkpoint().path(),
              resumed.generation(),
              generation));
    }
  }

  /** Reads this process's part of a checkpoint of this run; empty if there is none of that step. */
  public Optional<CheckpointReader> reader(long step) {
    return directory.steps().contains(step)
        ? Optional.of(CheckpointReader.ofPart(directory, step))
        : Optional.empty();
  }

  /** Step of the last checkpoint that is on disk; empty if there is none. */
  public OptionalLong lastStep() {
    return directory.steps().stream().mapToLong(Long::longValue).max();
  }

  /** Digests of the last checkpoint that was written; empty before the first. */
  public Optional<Digests> digests() {
    await();
    return Optional.ofNullable(digests);
  }

  /** Writes the state of a cache. */
  @FunctionalInterface
  public interface CacheState {
    void save(DataOutput out) throws IOException;
  }

  /**
   * Takes a checkpoint. The run must be at rest, and the store must have every row.
   *
   * @param newLosses losses of the steps since the last checkpoint
   * @param lossesSha256 SHA-256 of the losses of all steps
   * @param pinnedStep step of a checkpoint that is kept besides the latest ones; -1 for none
   * @param cache description of the cache; null if its state cannot be restored and is not saved
   * @param completed called with the checkpoint's folder once it is on disk, on another thread
   * @throws FarsightException if this checkpoint or the last one cannot be written
   */
  public void take(
      RunProgress progress,
      long modelSeed,
      float[] newLosses,
      String lossesSha256,
      long pinnedStep,
      DenseState dense,
      String cache,
      CacheState state,
      Consumer<Path> completed) {
    await();
    long step = progress.steps();
    var writer = new CheckpointWriter(directory.partial(step), directory.checkpoint(step));
    writer.add(Checkpoint.DENSE, DenseValues.of(dense)::write);
    if (cache != null) {
      writer.add(Checkpoint.CACHE, state::save);
    }
    String storeId = store.identity().map(StoreIdentity::id).orElse(null);
    RowHistory.CheckpointRows rows = history.beginCheckpoint(step);
    pendingCheckpoint =
        background.submit(
            () -> {
              try {
                lossLog.write(step - newLosses.length, newLosses);
                List<RowLogFile> files = rows.finish();
                Deltas forFollowers = deltas.finish(digestedStep, digests);
                addDigests(step, lossesSha256, rows);
                var manifest =
                    new Manifest(
                        runId,
                        modelSeed,
                        store.spec().initial().generation(),
                        store.spec().tables(),
                        format,
                        store.spec().initial().draws(),
                        settings.runDirectory().toAbsolutePath().toString(),
                        storeId,
                        rows.rowsHeld(),
                        files,
                        forFollowers,
                        writer.files(),
                        fitted,
                        identity,
                        cache,
                        plan,
                        group.count(),
                        group.number(),
                        digests,
                        progress,
                        description,
                        config);
                publish(writer, step, manifest, pinnedStep);
                deleteOld(pinnedStep);
              } catch (RuntimeException | Error e) {
                group.failed(e);
                throw e;
              }
              LOG.info("checkpoint of step {} written to {}", step, directory.path());
              completed.accept(directory.checkpoint(step));
            });
  }

  private void publish(CheckpointWriter writer, long step, Manifest manifest, long pinnedStep) {
    if (group.remote().isEmpty()) {
      group.publish(() -> writer.publish(manifest));
      return;
    }
    RemoteRun remote = group.remote().get();
    var mirrored = new MirroredFiles(directory, settings.runDirectory());
    group.publish(
        () -> {
          writer.publish(manifest);
          remote.upload(step, mirrored.of(manifest, step));
        },
        () -> remote.commit(step, pinnedStep, settings.keep()));
  }

  private void addDigests(long step, String lossesSha256, RowHistory.CheckpointRows rows) {
    RowsDigest changed = digestedStep == Digests.NONE ? new RowsDigest() : rows.changed();
    digests = Digests.after(digests, digestedStep, lossesSha256, changed);
    digestedStep = step;
  }

  /**
   * Deletes all but the latest checkpoints and the pinned one, and the rows that only the deleted
   * ones need. Deletes no rows if the manifest of a kept checkpoint cannot be read now: it may be
   * readable later.
   */
  private void deleteOld(long pinnedStep) {
    List<Long> steps = directory.steps();
    int firstKept = Math.max(0, steps.size() - settings.keep());
    List<Long> kept =
        Stream.concat(
                steps.stream().limit(firstKept).filter(step -> step == pinnedStep),
                steps.stream().skip(firstKept))
            .toList();
    directory.keepOnly(kept);
    Set<RowLogFile> needed = new LinkedHashSet<>();
    Set<Deltas> neededDeltas = new LinkedHashSet<>();
    Set<Integer> generations = new TreeSet<>();
    int processes = group.count();
    try {
      for (long step : kept) {
        Manifest manifest = Checkpoint.manifestOf(directory.checkpoint(step));
        needed.addAll(manifest.rows());
        if (manifest.deltas() != null) {
          neededDeltas.add(manifest.deltas());
        }
        generations.add(manifest.generation());
        processes = Math.max(processes, manifest.processes());
      }
    } catch (FarsightException e) {
      LOG.warn("{}; no rows of old checkpoints are deleted this time", e.getMessage());
      return;
    }
    directory.keepRows(needed);
    directory.keepDeltas(neededDeltas);
    if (group.isFirst()) {
      directory.keepProcesses(processes);
    }
    store.keepGenerations(generations);
  }

  /** Waits until the checkpoint being written is on disk. */
  public void await() {
    if (pendingCheckpoint == null) {
      return;
    }
    try {
      pendingCheckpoint.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ListenerException listener) {
        throw listener;
      }
      throw e.getCause() instanceof FarsightException f
          ? new FarsightException("the checkpoint failed: " + f.getMessage(), f)
          : new FarsightException("the checkpoint failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted while waiting for a checkpoint to be written", e);
    } finally {
      pendingCheckpoint = null;
    }
  }

  /** Waits for the checkpoint being written. Afterwards the store is no longer used. */
  public void detach() {
    background.shutdown();
    try {
      await();
    } catch (FarsightException e) {
      LOG.warn("{}", e.getMessage());
    } finally {
      if (history != null) {
        history.close();
        deltas.close();
      }
    }
  }

  /** Unlocks the checkpoint directory. */
  @Override
  public void close() {
    background.shutdown();
    lock.close();
  }
}
