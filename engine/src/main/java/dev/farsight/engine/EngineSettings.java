package dev.farsight.engine;

import dev.farsight.api.compute.OptimizerSpec;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.Arrays;

/**
 * The engine's own settings, read and range-checked at once, before anything is opened. What the
 * keys mean is documented in {@code reference.conf}.
 */
record EngineSettings(
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
    LearningRate learningRate,
    int epochs,
    long seed,
    long maxSteps,
    long evalEvery,
    EarlyStopping earlyStopping,
    boolean saveModel,
    boolean saveInitial,
    boolean hashWeights,
    int metricsEvery,
    long warmUpSteps) {

  private static final int MOST_THREADS = 1024;

  /**
   * How the planner's threads are shared out to its stages, each of which has one at least: in
   * proportion to what they cost, a third to finding unique rows, a fifth to ordering lookups
   * unless the device does that, the rest to planning, a region each.
   */
  record PlannerThreads(int dedupe, int plan, int order) {

    static PlannerThreads of(int threads, boolean deviceFinds, boolean stepOrders) {
      int dedupe = deviceFinds ? 1 : Math.max(1, threads / 3);
      int order = stepOrders ? 1 : Math.max(1, threads / 5);
      return new PlannerThreads(dedupe, Math.max(1, threads - dedupe - order), order);
    }
  }

  static EngineSettings of(Settings farsight) {
    Settings data = farsight.section("data");
    Settings cache = farsight.section("cache");
    Settings lookahead = farsight.section("lookahead");
    Settings train = farsight.section("train");
    Settings model = farsight.section("model");
    Settings report = farsight.section("report");
    int cores = Runtime.getRuntime().availableProcessors();
    Settings storage = farsight.section("storage");
    return new EngineSettings(
        farsight,
        data.integer("batch-size", 1, 1 << 24),
        lookahead.integer("batches", 1, 100_000),
        lookahead.integer("planned", 1, 1000),
        threads(lookahead, Math.max(1, Math.min(8, cores / 2))),
        threads(storage, Math.max(1, cores / 3)),
        threads(farsight.section("compute"), cores),
        cache.integer("regions", 1, 64),
        cache.number("warm-up", 0, 1),
        optimizer(farsight.section("optimizer")),
        LearningRate.of(farsight.section("optimizer")),
        train.integer("epochs", 1, Integer.MAX_VALUE),
        train.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
        train.longInteger("max-steps", 0, Long.MAX_VALUE),
        train.longInteger("eval-every", 0, Long.MAX_VALUE),
        earlyStopping(train),
        model.bool("save"),
        saveInitial(model),
        report.bool("hash-weights"),
        report.integer("metrics-every", 1, Integer.MAX_VALUE),
        report.longInteger("warm-up", 0, Long.MAX_VALUE));
  }

  private static boolean saveInitial(Settings model) {
    boolean save = model.bool("save-initial");
    if (save && model.has("load")) {
      throw model.bad("save-initial", "does not go with model.load: that model is the initial one");
    }
    return save;
  }

  private static int threads(Settings section, int otherwise) {
    return section.has("threads") ? section.integer("threads", 1, MOST_THREADS) : otherwise;
  }

  private static OptimizerSpec optimizer(Settings optimizer) {
    var kinds = Arrays.asList(OptimizerSpec.Kind.values());
    var names = kinds.stream().map(OptimizerSpec.Kind::configName).toList();
    return new OptimizerSpec(
        kinds.get(names.indexOf(optimizer.choice("type", names))),
        (float) optimizer.number("eps", 0, 1),
        optimizer.bool("freeze-rows"));
  }

  private static EarlyStopping earlyStopping(Settings train) {
    EarlyStopping stopping = EarlyStopping.of(train.section("early-stopping"));
    if (stopping.patience() > 0 && train.longInteger("eval-every", 0, Long.MAX_VALUE) == 0) {
      throw new ConfigException(
          "farsight.train.early-stopping.patience needs farsight.train.eval-every: after how many steps to evaluate");
    }
    return stopping;
  }

  /**
   * Plans that are in use at once: those ahead of the lane, the lane's, and the one being written
   * back.
   */
  int plansInUse() {
    return planned + 2;
  }

  /** How many plans later an evicted row may still be forwarded. */
  int forwardWindow() {
    return planned + 2;
  }

  int batchesInUse() {
    return lookAhead + planned + 1;
  }
}
