package dev.farsight.serving.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.SampleEncoder;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.predict.ModelVersion;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.engine.predict.VersionList;
import dev.farsight.serving.request.ModelInputs;
import dev.farsight.serving.request.Pool;
import dev.farsight.serving.request.RawReader;
import dev.farsight.serving.request.RawReaders;
import dev.farsight.serving.request.Reason;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.SampleReader;
import dev.farsight.serving.request.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one model that a server serves, and the carriers of its requests. Which of its versions
 * scores may change at any time; a request is answered by the version that it began with. Any
 * thread.
 */
public final class ServedModel implements AutoCloseable {

  /** What metadata call the software that the model is for. */
  public static final String PLATFORM = "farsight";

  /** In place of a version's number: the one that was loaded last. */
  private static final String LATEST = "latest";

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);
  private static final int MOST_KEPT = 64;

  /**
   * When the newest version was loaded.
   *
   * @param at when it was ready
   * @param took how long it took
   */
  public record Loading(Instant at, Duration took) {}

  private final String name;
  private final Predictor predictor;
  private final ModelInputs inputs;
  private final Pool<Samples> samples;
  private final RawReaders rawReaders;
  private final Pool<SampleReader> readers;
  private volatile Loading loading;

  /** Why the version after these could not be loaded; empty if it could. */
  private volatile String failure = "";

  /**
   * @param name in requests
   * @param predictor owned by the model from now on
   * @param mostSamples most samples of a request
   * @param loadTime how long it took to load
   */
  public ServedModel(String name, Predictor predictor, int mostSamples, Duration loadTime) {
    this.name = name;
    this.predictor = predictor;
    Optional<SampleEncoder> encoder = predictor.encoder();
    this.inputs =
        new ModelInputs(
            predictor.schema(), encoder.map(SampleEncoder::fieldNames).orElse(List.of()));
    this.samples = new Pool<>(MOST_KEPT, () -> new Samples(predictor.schema()));
    int cores = Runtime.getRuntime().availableProcessors();
    this.rawReaders = new RawReaders(cores, this::rawReader);
    this.readers = new Pool<>(MOST_KEPT, () -> new SampleReader(inputs, rawReaders, mostSamples));
    this.loading = new Loading(Instant.now(), loadTime);
  }

  private RawReader rawReader() {
    return new RawReader(inputs, predictor.encoder().orElseThrow(), predictor.newBatch());
  }

  public String name() {
    return name;
  }

  /**
   * Reads all that requests need of the model's files beside rows: those of a run that is followed
   * may go.
   */
  public void readAhead() {
    if (inputs.hasFields()) {
      rawReaders.makeAll();
    }
  }

  /**
   * Loads the newest version of the run that is followed, and goes on to it. One thread at a time.
   *
   * @return whether there was a newer one
   */
  public boolean update() {
    long start = System.nanoTime();
    if (!predictor.update()) {
      return false;
    }
    loading = new Loading(Instant.now(), Duration.ofNanos(System.nanoTime() - start));
    failure = "";
    return true;
  }

  /** A newer version could not be loaded. */
  public void updateFailed(String why) {
    failure = why;
  }

  /**
   * Goes on, or back, to a version.
   *
   * @param version its number, or {@code latest}
   * @return what is loaded now
   * @throws Refusal if it is not loaded
   */
  public VersionList activate(String version) {
    if (version.equals(LATEST)) {
      predictor.activateNewest();
    } else {
      long number = number(version).orElseThrow(() -> notLoaded(version));
      try {
        predictor.activate(number);
      } catch (FarsightException e) {
        throw notLoaded(version);
      }
    }
    VersionList list = predictor.versionList();
    if (list.rolledBack()) {
      LOG.warn("version {} scores until another one is activated, as a client asked", version);
    }
    return list;
  }

  /** The versions that are loaded, and which of them scores. */
  public VersionList versionList() {
    return predictor.versionList();
  }

  /** The versions that are loaded, as the repository index tells of them, ascending. */
  public List<VersionState> versionStates() {
    VersionList list = predictor.versionList();
    String why = failure;
    String live =
        (list.rolledBack() ? "live, gone back to" : "live")
            + (why.isEmpty() ? "" : "; a later version could not be loaded: " + why);
    return list.numbers().stream()
        .map(number -> new VersionState(number, number == list.current() ? live : ""))
        .toList();
  }

  /** How often all rows were loaded. */
  public long fullLoads() {
    return predictor.fullLoads();
  }

  public Loading loading() {
    return loading;
  }

  /** The version that answers requests that name none: the steps that it was trained. */
  public long version() {
    return predictor.version();
  }

  /** The versions that are loaded, ascending. */
  public List<Long> versions() {
    return predictor.versions();
  }

  /** The layout of samples. */
  public BatchSchema schema() {
    return predictor.schema();
  }

  /** The most samples that are scored at once. */
  public int batchSize() {
    return predictor.batchSize();
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

  /** A batch for {@link #batchSize} samples. */
  public ScoreBatch newBatch() {
    return new ScoreBatch(predictor);
  }

  /**
   * The version that a request names, to be closed once it is answered.
   *
   * @param version empty for the current one
   * @throws Refusal if it is not loaded
   */
  public ModelVersion acquire(String version) {
    if (version.isEmpty()) {
      return predictor.acquire();
    }
    return number(version).flatMap(predictor::acquire).orElseThrow(() -> notLoaded(version));
  }

  private static Optional<Long> number(String version) {
    // No more digits than a long surely holds; 007 is not version 7.
    return version.matches("0|[1-9][0-9]{0,17}")
        ? Optional.of(Long.parseLong(version))
        : Optional.empty();
  }

  /**
   * @throws Refusal if a request is for another model
   */
  public void requireName(String model) {
    if (!name.equals(model)) {
      throw new Refusal(
          Reason.NOT_FOUND,
          "unknown model " + Quoted.of(model) + "; this server has " + Quoted.of(name));
    }
  }

  /**
   * @param version empty for the current one
   * @throws Refusal if there is no such model or version
   */
  public void require(String model, String version) {
    requireName(model);
    acquire(version).close();
  }

  private Refusal notLoaded(String version) {
    return new Refusal(
        Reason.NOT_FOUND,
        "version " + Quoted.of(version) + " is not loaded; there is " + shown(versions()));
  }

  private static String shown(List<Long> versions) {
    return String.join(", ", versions.stream().map(String::valueOf).toList());
  }

  /** Scores a batch, so that the first request finds everything ready. */
  public void warmUp() {
    try (ModelVersion version = predictor.acquire()) {
      newBatch().scoreFirstRows(version);
    }
  }

  @Override
  public void close() {
    predictor.close();
  }
}
