package dev.farsight.engine.predict;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores samples with a saved model, without a run:
 *
 * <pre>
 * FarsightConfig config = Predictor.configuration(Path.of("runs/a/model"));
 * try (Plugins plugins = Plugins.load(getClass().getClassLoader(), config);
 *     Predictor predictor =
 *         Predictor.open(config.resolve(plugins.loaders()), plugins.components(), Path.of("runs/a/model"))) {
 *   Batch batch = predictor.newBatch();
 *   float[] probabilities = new float[predictor.batchSize()];
 *   // Fill the batch as its documentation says, then:
 *   predictor.probabilities(batch, probabilities);
 * }
 * </pre>
 *
 * <p>On the CPU, a logit is that of {@code farsight eval}, to the bit, whatever other samples are
 * in the batch.
 *
 * <p><b>Threads.</b> Any number of threads may score, each with a batch of its own; {@code
 * serving.threads} of them at a time, each computing on its own thread. <b>Memory.</b> Rows are
 * read from the files of the model as they are needed, and stay in the operating system's page
 * cache; beside them a predictor takes one bit a row of the tables, and for each of {@code
 * serving.threads} the rows of a full batch and the dense parameters. <b>Cost.</b> O(lookups) a
 * batch; nothing is allocated once each thread has scored one.
 */
public final class Predictor implements AutoCloseable {

  private static final Map<String, String> IN_MEMORY = Map.of("serving.rows", "memory");

  private final ModelShape shape;
  private final SavedState state;
  private final LoadedVersions versions;

  private final ModelLoader loader;

  /** Null unless a run is followed. */
  private final RunFollower follower;

  private Predictor(
      ModelLoader loader,
      ModelShape shape,
      SavedState state,
      LoadedVersions versions,
      RunFollower follower) {
    this.loader = loader;
    this.shape = shape;
    this.state = state;
    this.versions = versions;
    this.follower = follower;
  }

  /**
   * The configuration that a saved state records, to which settings of {@code serving} and {@code
   * compute} may be added.
   *
   * @param model as for {@link #open}
   * @throws FarsightException if there is no model, or if it is damaged or of an earlier version
   */
  public static FarsightConfig configuration(Path model) {
    return SavedState.of(model).configuration();
  }

  /**
   * As {@link #configuration(Path)}, for {@link #follow}. The run may be training.
   *
   * @param checkpoints the folder of the run's checkpoints, of which there is at least one
   * @throws FarsightException if there is none, if the last one is damaged, or if it has no deltas
   */
  public static FarsightConfig followedConfiguration(Path checkpoints) {
    RunVersion newest =
        new FollowedRun(checkpoints).newest().orElseThrow(() -> noCheckpoint(checkpoints));
    return new RunState(checkpoints, newest).configuration();
  }

  private static FarsightException noCheckpoint(Path checkpoints) {
    return new FarsightException(
        checkpoints + ": has no checkpoint yet; follow it once there is one");
  }

  /**
   * Opens a saved model.
   *
   * @param farsight the resolved section {@code farsight} of {@link #configuration}
   * @param components the plugins' components, which the configuration names
   * @param model the folder of a model, a checkpoint, or a folder of checkpoints, whose last one is
   *     taken. A checkpoint is not copied: it must stay, and if its rows are in a store of files,
   *     the run must not be training
   * @throws ConfigException if a setting is wrong, or if plugins make another model of it
   * @throws FarsightException if it is damaged or of an earlier version
   */
  public static Predictor open(Config farsight, Components components, Path model) {
    var loader = new ModelLoader(Settings.of("farsight", farsight), components);
    SavedState state = SavedState.of(model);
    ModelShape shape = loader.shape(state);
    var versions = new LoadedVersions(loader.load(state, shape), 1);
    return new Predictor(loader, shape, state, versions, null);
  }

  /**
   * Opens the newest version of a run that goes on, with {@code checkpoint.deltas}; {@link #update}
   * goes on to later ones. Rows are in memory. Neither files nor the store of the run are needed
   * once a version is loaded.
   *
   * @param checkpoints the folder of the run's checkpoints, of which there is at least one
   */
  public static Predictor follow(Config farsight, Components components, Path checkpoints) {
    var loader = new ModelLoader(Settings.of("farsight", farsight).with(IN_MEMORY), components);
    var follower = new RunFollower(checkpoints, loader);
    try {
      ModelVersion first = follower.next().orElseThrow(() -> noCheckpoint(checkpoints));
      var versions = new LoadedVersions(first, loader.keptVersions());
      return new Predictor(loader, follower.shape(), follower.state(), versions, follower);
    } catch (RuntimeException | Error e) {
      Closing.after(e, follower, loader);
      throw e;
    }
  }

  /**
   * Loads the newest version of the run that is followed, if there is a newer one, warms it and
   * goes on to it. Batches under way stay with their version. One thread at a time.
   *
   * @return whether there was a newer version
   * @throws FarsightException if it is damaged; the version that scores goes on
   */
  public boolean update() {
    if (follower == null) {
      throw new IllegalStateException("no run is followed; open the predictor with follow()");
    }
    Optional<ModelVersion> next = follower.next();
    next.ifPresent(versions::add);
    return next.isPresent();
  }

  /** The layout of samples: those of the training data, without labels. */
  public BatchSchema schema() {
    return shape.schema();
  }

  /** The names of the dense features, in order. */
  public List<String> denseNames() {
    return state.description().denseNames();
  }

  /** The most samples of a batch, {@code serving.batch.size}. */
  public int batchSize() {
    return shape.step().batchSize();
  }

  /** The steps that the model was trained: the version of what scores now. */
  public long version() {
    return versions.current().number();
  }

  /** The versions that are loaded, ascending. */
  public List<Long> versions() {
    return versions.numbers();
  }

  /** The versions that are loaded, and which of them scores. */
  public VersionList versionList() {
    return versions.list();
  }

  /**
   * How often all rows of the run that is followed were loaded, those of the first version
   * included; other versions came by what had changed.
   */
  public long fullLoads() {
    return follower == null ? 1 : follower.fullLoads();
  }

  /**
   * Goes on to the version that was loaded last, and to later ones once they are loaded.
   *
   * @return the version
   */
  public long activateNewest() {
    return versions.activateNewest();
  }

  /**
   * Goes on, or back, to a version that is loaded. If it is not the newest one, later versions are
   * loaded, but do not score until the newest one is chosen.
   *
   * @throws FarsightException if it is not loaded
   */
  public void activate(long version) {
    versions.activate(version);
  }

  /**
   * The version that scores now, to be closed after use: all batches that it scores are scored by
   * the same one.
   */
  public ModelVersion acquire() {
    return versions.acquire();
  }

  /** As {@link #acquire()}, of a version by its number; empty if it is not loaded. */
  public Optional<ModelVersion> acquire(long version) {
    return versions.acquire(version);
  }

  /**
   * What {@code serving.row-precision} costs in exactness, measured when all rows were loaded last;
   * empty if it costs nothing.
   */
  public Optional<PrecisionLoss> precisionLoss() {
    return versions.current().loss();
  }

  /** A batch for {@link #batchSize} samples, for one thread at a time. */
  public Batch newBatch() {
    return new Batch(shape.schema(), batchSize(), HostBuffers.plain());
  }

  /**
   * Makes an encoder of raw values for batches of this predictor. It reads what the training data
   * was found to be like, such as vocabularies, so make one for each thread and keep it.
   *
   * @return empty if the model's data has no raw values: it was generated, or is indices
   * @throws FarsightException if a file is missing or damaged
   */
  public Optional<SampleEncoder> encoder() {
    return data().encoder();
  }

  ModelData data() {
    return new ModelData(shape, state);
  }

  Components components() {
    return shape.components();
  }

  /** How many batches are scored at the same time. */
  int threads() {
    return versions.current().scorers();
  }

  /**
   * Computes the logits of the samples of a batch.
   *
   * @param batch made by {@link #newBatch}, or of data that has the same features
   * @param logits receives the logit of sample s at position s
   * @throws IllegalStateException if the predictor is closed
   */
  public void logits(Batch batch, float[] logits) {
    try (ModelVersion version = versions.acquire()) {
      version.logits(batch, logits);
    }
  }

  /** As {@link #logits}; computes the probabilities of label 1. */
  public void probabilities(Batch batch, float[] probabilities) {
    logits(batch, probabilities);
    for (int s = 0; s < batch.samples(); s++) {
      probabilities[s] = (float) probability(probabilities[s]);
    }
  }

  static double probability(float logit) {
    return 1 / (1 + Math.exp(-(double) logit));
  }

  /**
   * Waits for no batch: those under way are scored, and then all memory is given back. Waits for an
   * {@link #update} under way.
   */
  @Override
  public void close() {
    versions.close();
    if (follower != null) {
      follower.close();
    }
    loader.close();
  }
}
