package dev.farsight.engine.settings;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.List;

/**
 * The engine's settings, all read and checked at once. {@code reference.conf} documents the keys.
 * Immutable.
 *
 * @param farsight the section {@code farsight}, for parts that read other settings
 * @param lookAhead batches of the look-ahead, including the one being planned
 * @param planned how many plans may be ahead of the lane
 * @param regions of a device's cache; 1 if that is {@linkplain #regionsAreSet not set}
 * @param warmUp share of the slots to fill before training
 * @param resetRows whether all rows are drawn anew at the start of every epoch but the first
 * @param maxSteps steps of the whole run; 0: no limit
 * @param evalEvery when to evaluate besides at the end
 * @param evalSamples samples of those evaluations; 0: all
 * @param warmUpSteps steps before the report's steady part begins
 */
public record EngineSettings(
    Settings farsight,
    int batchSize,
    int lookAhead,
    int planned,
    int plannerThreads,
    int storageThreads,
    int computeThreads,
    int regions,
    double warmUp,
    OptimizerSpec optimizer,
    LearningRates learningRates,
    int epochs,
    long seed,
    boolean resetRows,
    long maxSteps,
    EvaluationInterval evalEvery,
    long evalSamples,
    EarlyStopping earlyStopping,
    boolean saveModel,
    boolean saveInitial,
    boolean hashWeights,
    int metricsEvery,
    long warmUpSteps) {

  private static final int MAX_THREADS = 1024;
  private static final String REGIONS = "regions";
  private static final String THREADS = "threads";

  /**
   * @param farsight the section {@code farsight}
   * @throws ConfigException if a setting is out of range
   */
  public static EngineSettings of(Settings farsight) {
    Settings data = farsight.section("data");
    Settings cache = farsight.section("cache");
    Settings lookahead = farsight.section("lookahead");
    Settings train = farsight.section("train");
    Settings model = farsight.section("model");
    Settings report = farsight.section("report");
    int cores = HostShare.of(farsight).cores();
    Settings storage = farsight.section("storage");
    return new EngineSettings(
        farsight,
        data.integer("batch-size", 1, 1 << 24),
        lookahead.integer("batches", 1, 100_000),
        lookahead.integer("planned", 1, 1000),
        threads(lookahead, usualPlannerThreads(cores)),
        threads(storage, Math.max(1, cores / 3)),
        threads(farsight.section("compute"), cores),
        regions(cache),
        cache.share("warm-up", 0, 1),
        OptimizerSettings.of(farsight.section("optimizer")),
        learningRates(farsight),
        train.integer("epochs", 1, Integer.MAX_VALUE),
        train.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        resetRows(farsight),
        train.longInteger("max-steps", 0, Long.MAX_VALUE),
        EvaluationInterval.of(train),
        evalSamples(train),
        earlyStopping(train, report),
        model.bool("save"),
        saveInitial(model),
        report.bool("hash-weights"),
        report.integer("metrics-every", 1, Integer.MAX_VALUE),
        report.longInteger("warm-up", 0, Long.MAX_VALUE));
  }

  /** How many processes train together. */
  public int processes() {
    return ShardingSettings.processes(farsight);
  }

  private static LearningRates learningRates(Settings farsight) {
    LearningRates rates = LearningRates.of(farsight.section("optimizer"));
    if (rates.followEvaluations()) {
      EvaluationInterval.requireComparable(
          farsight.section("train"), "farsight.optimizer.plateau.patience", "optimizer.plateau");
      rates.requireKnownMetrics(farsight);
    }
    return rates;
  }

  private static boolean saveInitial(Settings model) {
    boolean save = model.bool("save-initial");
    if (save && model.has("load")) {
      throw model.bad(
          "save-initial",
          "cannot be combined with model.load: the loaded model is the initial one");
    }
    return save;
  }

  private static boolean resetRows(Settings farsight) {
    Settings train = farsight.section("train");
    boolean reset = train.choice("reset-rows", List.of("never", "each-epoch")).equals("each-epoch");
    if (reset && farsight.section("optimizer").bool("freeze-rows")) {
      throw train.bad("reset-rows", "cannot be combined with optimizer.freeze-rows");
    }
    return reset;
  }

  private static long evalSamples(Settings train) {
    if (!train.has("eval-samples")) {
      return 0;
    }
    if (!EvaluationInterval.of(train).any()) {
      throw train.bad(
          "eval-samples", "is for evaluations during training; set train.eval-every too");
    }
    return train.longInteger("eval-samples", 1, Long.MAX_VALUE);
  }

  /**
   * Regions of a device's cache; 1 if that is not set.
   *
   * @param cache the section {@code farsight.cache}
   * @throws ConfigException if the setting is out of range
   */
  public static int regions(Settings cache) {
    return cache.has(REGIONS) ? cache.integer(REGIONS, 1, 64) : 1;
  }

  /** Whether {@code cache.regions} is set. If not, it is chosen when a run is opened. */
  public boolean regionsAreSet() {
    return farsight.section("cache").has(REGIONS);
  }

  /**
   * Planner's threads of one of several devices: its part of those set, or as many as a device
   * would have that has its share of the host by itself.
   */
  public int plannerThreads(int devices) {
    return devices == 1 || farsight.section("lookahead").has(THREADS)
        ? Math.max(1, plannerThreads / devices)
        : usualPlannerThreads(HostShare.of(farsight).cores() / devices);
  }

  private static int usualPlannerThreads(int cores) {
    return Math.max(1, Math.min(8, cores / 2));
  }

  private static int threads(Settings section, int defaultThreads) {
    return section.has(THREADS) ? section.integer(THREADS, 1, MAX_THREADS) : defaultThreads;
  }

  private static EarlyStopping earlyStopping(Settings train, Settings report) {
    EarlyStopping stopping = EarlyStopping.of(train.section("early-stopping"));
    if (stopping.enabled()) {
      EvaluationInterval.requireComparable(
          train,
          "farsight.train.early-stopping."
              + (stopping.patience() > 0 ? "patience" : "restore-best"),
          "early stopping");
    }
    GroupFeature.requireIfNeeded(stopping.metric(), train.section("early-stopping"), report);
    return stopping;
  }

  /**
   * Plans in use at once: those ahead of the lane, that of the lane, and the one being written
   * back.
   */
  public int plansInUse() {
    return planned + 2;
  }

  /** An evicted row can be forwarded to this many later plans. */
  public int forwardWindow() {
    return planned + 2;
  }

  /** Batches in use at once: those in the look-ahead, the planned ones, and that of the lane. */
  public int batchesInUse() {
    return lookAhead + planned + 1;
  }
}
