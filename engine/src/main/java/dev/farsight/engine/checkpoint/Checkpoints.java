package dev.farsight.engine.checkpoint;

import dev.farsight.api.internal.ProcessLock;
import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreIdentity;
import dev.farsight.api.table.RowFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run: takes them, and goes back to the last one.
 *
 * <p>{@link #take} is called while the run is at rest and everything is in the store; it notes what
 * is small, marks the rows and returns. The rows are brought to disk in a thread of its own, beside
 * training. One checkpoint is under way at a time: the next one waits for it.
 */
public final class Checkpoints implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  private final CheckpointSettings settings;
  private final CheckpointDirectory directory;
  private final ProcessLock lock;
  private final Config config;
  private final Map<String, String> identity;
  private final RowFormat format;
  private final Checkpoint resumed;
  private final long run;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          task -> {
            var thread = new Thread(task, "farsight-checkpoint");
            thread.setDaemon(true);
            return thread;
          });
  private RowStore store;
  private RowHistory history;
  private Future<?> underWay;

  private Checkpoints(
      CheckpointSettings settings,
      CheckpointDirectory directory,
      ProcessLock lock,
      Config config,
      Map<String, String> identity,
      RowFormat format,
      Checkpoint resumed) {
    this.settings = settings;
    this.directory = directory;
    this.lock = lock;
    this.config = config;
    this.identity = identity;
    this.format = format;
    this.resumed = resumed;
    this.run = resumed == null ? new SecureRandom().nextLong() : resumed.manifest().run();
  }

  /**
   * Takes possession of the checkpoint directory, and finds the checkpoint to go on from.
   *
   * @param resume whether to go on from the last checkpoint; otherwise there must be none
   * @throws ConfigException if there are checkpoints and should be none, or the reverse, or if the
   *     run is another one
   * @throws FarsightException if every checkpoint is damaged
   */
  public static Checkpoints open(
      CheckpointSettings settings,
      boolean resume,
      Settings farsight,
      DataSource data,
      RowFormat format) {
    var directory = new CheckpointDirectory(settings.directory());
    Map<String, String> identity = RunIdentity.of(farsight, data, format);
    boolean found = !directory.steps().isEmpty();
    if (resume && !found) {
      throw new ConfigException(
          directory.path()
              + ": there is no checkpoint to resume from; start without --resume, or name the run's run.directory or checkpoint.directory");
    }
    if (!resume && found) {
      throw new ConfigException(
          directory.path()
              + ": holds checkpoints of an earlier run; go on with --resume, or name another checkpoint.directory");
    }
    ProcessLock lock = directory.lock();
    try {
      Checkpoint last = resume ? lastWhole(directory) : null;
      if (last != null) {
        requireSameRun(last, identity);
      }
      return new Checkpoints(settings, directory, lock, farsight.config(), identity, format, last);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /** Damaged ones are passed over, which costs the steps since the one before. */
  private static Checkpoint lastWhole(CheckpointDirectory directory) {
    List<Long> steps = directory.steps();
    FarsightException damage = null;
    for (int s = steps.size() - 1; s >= 0; s--) {
      try {
        Checkpoint checkpoint = Checkpoint.open(directory.checkpoint(steps.get(s)));
        RowLogFiles.check(checkpoint.manifest(), checkpoint.step(), directory);
        return checkpoint;
      } catch (FarsightException e) {
        LOG.warn("checkpoint of step {} cannot be used: {}", steps.get(s), e.getMessage());
        damage = damage == null ? e : damage;
      }
    }
    throw damage;
  }

  private static void requireSameRun(Checkpoint last, Map<String, String> identity) {
    List<String> differences = RunIdentity.differences(last.manifest().identity(), identity);
    if (!differences.isEmpty()) {
      throw new ConfigException(
          last.path() + ": is of another run: " + String.join("; ", differences));
    }
  }

  /** The seed of the rows never written; only where the run goes on. */
  public long modelSeed() {
    return resumed.manifest().modelSeed();
  }

  /** How often the rows had been drawn anew; only where the run goes on. */
  public int generation() {
    return resumed.manifest().generation();
  }

  /** Whether the run goes on from a checkpoint. */
  public boolean resumed() {
    return resumed != null;
  }

  /**
   * Brings a store to the rows of the checkpoint, if there is one.
   *
   * @param store as it was opened, not owned
   * @return the store to use instead
   */
  public RowStore attach(RowStore store) {
    Optional<StoreIdentity> persistent = store.identity();
    if (resumed == null) {
      persistent.ifPresent(Checkpoints::requireNew);
      history =
          persistent.isPresent()
              ? new UndoneRows(store, directory, run)
              : new CopiedRows(store, directory, run, List.of());
    } else {
      requireSameStore(persistent);
      // They are damaged, or of a future that will not come about.
      directory.deleteCheckpointsAfter(resumed.step());
      history =
          persistent.isPresent()
              ? UndoneRows.resume(store, directory, run, resumed.step())
              : CopiedRows.resume(store, directory, run, resumed.manifest().rows());
    }
    this.store = store;
    return new SnapshotStore(store, history);
  }

  /** A run that begins must not begin with rows of another. */
  public static void requireNew(StoreIdentity store) {
    if (!store.created()) {
      throw new FarsightException(
          store.place()
              + ": holds the rows of an earlier run; go on with --resume, name another place, or remove it");
    }
  }

  private void requireSameStore(Optional<StoreIdentity> persistent) {
    String was = resumed.manifest().store();
    String is = persistent.map(StoreIdentity::id).orElse(null);
    if (was == null && is != null) {
      throw new ConfigException(
          resumed.path()
              + ": holds its rows itself, for a store in memory; storage.backend differs");
    }
    if (was != null && !was.equals(is)) {
      throw new FarsightException(
          "%s: its rows are in the store %s, not in %s"
              .formatted(
                  resumed.path(),
                  was,
                  persistent.map(p -> p.id() + " (" + p.place() + ")").orElse("one in memory")));
    }
    int generation = persistent.map(StoreIdentity::generation).orElse(generation());
    if (generation != generation()) {
      throw new FarsightException(
          "%s: needs rows of generation %d, the store has generation %d"
              .formatted(resumed.path(), generation(), generation));
    }
  }

  /** How far the run had come; only where it goes on. */
  public RunProgress progress() {
    return resumed.manifest().progress();
  }

  /** The losses of its steps; only where it goes on. */
  public float[] losses() {
    return resumed.losses();
  }

  /** Puts back the dense parameters; only where the run goes on. */
  public void loadDense(DenseState dense) {
    resumed.loadDense(dense);
  }

  /**
   * The cache's state, unless none was saved or the cache is another one now.
   *
   * @param cache what describes the cache
   */
  public Optional<DataInputStream> cache(String cache) {
    if (resumed == null) {
      return Optional.empty();
    }
    String saved = resumed.manifest().cache();
    if (saved == null) {
      LOG.info("the run was stopped at its last checkpoint: the cache starts empty");
    } else if (!saved.equals(cache)) {
      LOG.info("the cache is another one now ({}, was {}): it starts empty", cache, saved);
    } else {
      return Optional.of(resumed.cache());
    }
    return Optional.empty();
  }

  /** Writes the state of a cache. */
  @FunctionalInterface
  public interface CacheState {
    void save(DataOutputStream out) throws IOException;
  }

  /**
   * Takes a checkpoint. The run is at rest, and the store has every row.
   *
   * @param cache what describes the cache, or null where its state cannot be gone on with
   * @throws FarsightException if this one or the one before cannot be written
   */
  public void take(
      RunProgress progress,
      long modelSeed,
      float[] losses,
      DenseState dense,
      String cache,
      CacheState state) {
    await();
    long step = progress.steps();
    var writer = new CheckpointWriter(directory.partial(step), directory.checkpoint(step));
    writer.add(Checkpoint.DENSE, DenseValues.of(dense)::write);
    writer.add(Checkpoint.LOSSES, out -> write(losses, out));
    if (cache != null) {
      writer.add(Checkpoint.CACHE, state::save);
    }
    String storeId = store.identity().map(StoreIdentity::id).orElse(null);
    RowHistory.Marked rows = history.mark(step);
    underWay =
        background.submit(
            () -> {
              List<RowLogFile> files = rows.finish();
              writer.publish(
                  new Manifest(
                      run,
                      modelSeed,
                      store.spec().initial().generation(),
                      store.spec().tables(),
                      format,
                      settings.runDirectory().toAbsolutePath().toString(),
                      storeId,
                      rows.held(),
                      files,
                      writer.files(),
                      identity,
                      cache,
                      progress,
                      config));
              prune();
              LOG.info("checkpoint of step {} in {}", step, directory.path());
            });
  }

  /** The latest ones stay, with the rows that they need. */
  private void prune() {
    List<Long> steps = directory.steps();
    List<Long> kept = steps.subList(Math.max(0, steps.size() - settings.keep()), steps.size());
    Set<RowLogFile> needed = new LinkedHashSet<>();
    for (long step : kept) {
      needed.addAll(Checkpoint.rowsOf(directory.checkpoint(step)));
    }
    directory.keepOnly(new ArrayList<>(kept), needed);
  }

  /** Waits until the checkpoint under way is on disk. */
  public void await() {
    if (underWay == null) {
      return;
    }
    try {
      underWay.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FarsightException f
          ? new FarsightException("the checkpoint failed: " + f.getMessage(), f)
          : new FarsightException("the checkpoint failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted while a checkpoint was written", e);
    } finally {
      underWay = null;
    }
  }

  private static void write(float[] values, DataOutputStream out) throws IOException {
    out.writeInt(values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  /** Brings what is under way to its end; the store is not used any more afterwards. */
  public void detach() {
    background.shutdown();
    try {
      await();
    } catch (FarsightException e) {
      LOG.warn("{}", e.getMessage());
    } finally {
      if (history != null) {
        history.close();
      }
    }
  }

  /** Leaves the directory to others. */
  @Override
  public void close() {
    background.shutdown();
    lock.close();
  }
}
