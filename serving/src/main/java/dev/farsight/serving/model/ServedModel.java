package dev.farsight.serving.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.request.ModelInputs;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.RawReader;
import dev.farsight.serving.request.RawReaders;
import dev.farsight.serving.request.SampleReader;
import dev.farsight.serving.request.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A version of a model that is loaded and answers requests. Any thread. A request {@linkplain
 * #begin begins} a use when it arrives and ends it when it is answered, so it is scored by one
 * version; the version is closed once it is {@linkplain #retire retired} and its last use ended.
 */
public final class ServedModel {

  /** What metadata call the software that the model is for. */
  public static final String PLATFORM = "farsight";

  private static final long RETIRED = 1L << 62;
  private static final int MOST_KEPT = 64;

  private final String name;
  private final Predictor predictor;
  private final long version;
  private final Instant loadedAt;
  private final Duration loadTime;
  private final ModelInputs inputs;
  private final Pool<Samples> samples;
  private final Pool<SampleReader> readers;
  private final Pool<ScoreBatch> batches;
  private final AtomicLong uses = new AtomicLong();

  /**
   * @param predictor owned by this version from now on
   * @param mostSamples most samples of a request
   * @param loadTime how long it took to load
   */
  public ServedModel(String name, Predictor predictor, int mostSamples, Duration loadTime) {
    this.name = name;
    this.predictor = predictor;
    this.version = predictor.version();
    this.loadedAt = Instant.now();
    this.loadTime = loadTime;
    Optional<SampleEncoder> encoder = predictor.encoder();
    this.inputs =
        new ModelInputs(
            predictor.schema(), encoder.map(SampleEncoder::fieldNames).orElse(List.of()));
    int cores = Runtime.getRuntime().availableProcessors();
    RawReaders raw = new RawReaders(cores, () -> rawReader(predictor));
    this.samples = new Pool<>(MOST_KEPT, () -> new Samples(predictor.schema()));
    this.readers = new Pool<>(MOST_KEPT, () -> new SampleReader(inputs, raw, mostSamples));
    this.batches = new Pool<>(MOST_KEPT, () -> new ScoreBatch(this));
  }

  private RawReader rawReader(Predictor of) {
    return new RawReader(inputs, of.encoder().orElseThrow(), of.newBatch());
  }

  public String name() {
    return name;
  }

  /** The steps that the model was trained. */
  public long version() {
    return version;
  }

  public Instant loadedAt() {
    return loadedAt;
  }

  public Duration loadTime() {
    return loadTime;
  }

  /** The most samples that are scored at once. */
  public int batchSize() {
    return predictor.batchSize();
  }

  /** The layout of samples. */
  public BatchSchema schema() {
    return predictor.schema();
  }

  public ModelInputs inputs() {
    return inputs;
  }

  public Pool<Samples> samples() {
    return samples;
  }

  public Pool<SampleReader> readers() {
    return readers;
  }

  public Pool<ScoreBatch> batches() {
    return batches;
  }

  Predictor predictor() {
    return predictor;
  }

  /** Begins a use; false if the version is retired, and nothing was begun. */
  public boolean begin() {
    if (uses.incrementAndGet() < RETIRED) {
      return true;
    }
    end();
    return false;
  }

  /** Ends a use; the last one of a retired version closes it. */
  public void end() {
    if (uses.decrementAndGet() == RETIRED) {
      predictor.close();
    }
  }

  /** Closes the version, now or when the last request under way is answered. Once only. */
  public void retire() {
    if (uses.addAndGet(RETIRED) == RETIRED) {
      predictor.close();
    }
  }

  /**
   * Scores a batch of samples, so that the first request finds everything ready.
   *
   * @throws FarsightException if the model cannot be read
   */
  public void warmUp() {
    ScoreBatch batch = batches.take();
    batch.scoreFirstRows();
    batches.giveBack(batch);
  }
}
