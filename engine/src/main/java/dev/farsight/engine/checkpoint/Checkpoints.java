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
import dev.farsight.engine.model.FileSeal;
import dev.farsight.engine.model.FittedFolder;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.remote.RemoteRun;
import dev.farsight.engine.sharding.ShardingPlan;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
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

  private final FirstRows first;
  private final LossLog lossLog;
  private final long runId;
  private final CheckpointThread writing = new CheckpointThread();
  private RowStore store;
  private RowHistory history;
  private DeltaChain deltas;

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
    lossLog = new LossLog(directory.path());
    fitted = resumed == null ? Map.of() : resumed.manifest().fitted();
    boolean continuesDigests = resumed != null && !resumed.moved();
    digestedStep = continuesDigests ? resumed.step() : Digests.NONE;
    digests = continuesDigests ? resumed.manifest().digests() : null;
    this.runId =
        resumed == null || replayedRows != null
            ? Long.parseLong(group.ofFirst(Long.toString(new SecureRandom().nextLong())))
            : resumed.manifest().runId();
    first = new FirstRows(settings, directory, group, runId, resumed, replayedRows);
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
    boolean there = first.goesOn() || (first.moved() && group.isFirst());
    if (!there) {
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
    return first.goesOn() && resumed.manifest().store() != null;
  }

  /**
   * If the run resumes, brings the store to the rows of the checkpoint.
   *
   * @param opened the opened store; not owned
   * @param ownRows which rows are this process's
   * @return the store to use from now on
   */
  public RowStore attach(RowStore opened, LongPredicate ownRows) {
    if (group.remote().isPresent()) {
      MirroredFiles.requirePossible(opened.identity(), settings);
    }
    deltas =
        new DeltaChain(
            settings,
            directory,
            opened.spec().format(),
            runId,
            first.goesOn() ? resumed.manifest().deltas() : null);
    history = first.bring(opened, ownRows, deltas);
    store = opened;
    return new SnapshotStore(opened, history);
  }

  /** Waits until the checkpoint being written is on disk. */
  public void await() {
    writing.await();
  }

  /**
   * @throws FarsightException if a persistent store has rows of an earlier run. One that has none
   *     is as good as new: a run that was killed before its first checkpoint left it
   */
  public static void requireNew(RowStore store) {
    FirstRows.requireNew(store);
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
    writing.start(
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
            new OldCheckpoints(directory, group, store).delete(settings.keep(), pinnedStep);
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

  /** Waits for the checkpoint being written. Afterwards the store is no longer used. */
  public void detach() {
    writing.end();
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
    writing.end();
    lock.close();
  }
}
