package dev.farsight.engine.predict;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.List;
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

  private final ModelShape shape;
  private final SavedState state;
  private final int threads;
  private volatile ModelVersion current;

  private Predictor(ModelShape shape, SavedState state, int threads, ModelVersion version) {
    this.shape = shape;
    this.state = state;
    this.threads = threads;
    this.current = version;
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
    var all = Settings.of("farsight", farsight);
    var settings = PredictorSettings.of(all);
    SavedState state = SavedState.of(model);
    ModelShape shape = ModelShape.of(all, components, state, settings.batchSize());
    RowReader rows = state.rows(components, settings.verifies());
    try {
      var version = new ModelVersion(state.steps(), shape, state.dense(), rows, settings.scorers());
      return new Predictor(shape, state, settings.scorers(), version);
    } catch (RuntimeException | Error e) {
      rows.close();
      throw e;
    }
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
    return current.number();
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
    return new ModelData(shape, state).encoder();
  }

  /**
   * Computes the logits of the samples of a batch.
   *
   * @param batch made by {@link #newBatch}, or of data that has the same features
   * @param logits receives the logit of sample s at position s
   * @throws IllegalStateException if the predictor is closed
   */
  public void logits(Batch batch, float[] logits) {
    check(batch, logits);
    ModelVersion version = begin();
    try {
      version.score(batch, logits);
    } finally {
      version.end();
    }
  }

  /** As {@link #logits}; computes the probabilities of label 1. */
  public void probabilities(Batch batch, float[] probabilities) {
    logits(batch, probabilities);
    for (int s = 0; s < batch.samples(); s++) {
      probabilities[s] = probability(probabilities[s]);
    }
  }

  static float probability(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  ModelData data() {
    return new ModelData(shape, state);
  }

  Components components() {
    return shape.components();
  }

  /** How many batches are scored at the same time. */
  int threads() {
    return threads;
  }

  private void check(Batch batch, float[] target) {
    if (batch.schema() != schema() && !ModelShape.sameSamples(batch.schema(), schema())) {
      throw new IllegalArgumentException(
          "the batch is one of another predictor; make it with newBatch()");
    }
    if (batch.samples() > batchSize()) {
      throw new IllegalArgumentException(
          batch.samples() + " samples, and serving.batch.size is " + batchSize());
    }
    if (target.length < batch.samples()) {
      throw new IllegalArgumentException(
          batch.samples() + " samples, but room for " + target.length + " scores");
    }
  }

  private ModelVersion begin() {
    while (true) {
      ModelVersion version = current;
      if (version == null) {
        throw new IllegalStateException("the predictor is closed");
      }
      if (version.begin()) {
        return version;
      }
    }
  }

  /** Waits for nothing: batches under way are scored, and then all memory is given back. */
  @Override
  public synchronized void close() {
    ModelVersion version = current;
    current = null;
    if (version != null) {
      version.retire();
    }
  }
}
