package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.compute.ComputeFactory;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostMemory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.engine.data.MultiHotData;
import dev.farsight.engine.data.ShuffleSetting;
import dev.farsight.engine.data.ShuffledData;
import dev.farsight.engine.data.SplitsSetting;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.GroupFeature;
import dev.farsight.engine.settings.HostShare;
import dev.farsight.engine.statistics.RowCounts;
import dev.farsight.engine.tier.TierSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The memory that a run will take, and the check that the host has it. */
public final class MemoryPlan {

  /** A store's setting that replaces what the host reports as available. */
  private static final String MEMORY_LIMIT = "memory-limit";

  private static final double GIB = 1L << 30;

  private MemoryPlan() {}

  /**
   * Of one process. Lines of several devices are added up: see {@link #deviceBytes} for each.
   *
   * @param trainSamples samples of the training part, or {@link DataSource#UNKNOWN}
   * @param evalSamples samples of the evaluation part; 0 if they are unknown
   * @param passBytes as {@link DataSource#passBytes} has it; 0 if it is unknown
   */
  public static MemoryForecast forecast(
      EngineSettings settings,
      Components components,
      Shapes shapes,
      long trainSamples,
      long evalSamples,
      long passBytes) {
    var own = new ProcessRows(shapes);
    StoreSpec spec =
        own.store(Specs.store(settings, TableDraws.initialRows(settings, shapes), null));
    return components
        .store(settings.farsight())
        .forecast(spec)
        .plus(
            TierSettings.of(spec)
                .map(tier -> tier.forecast(spec, components, settings.farsight()))
                .orElse(MemoryForecast.none()))
        .plus(
            devices(settings, components, shapes, shapes.ranksOfProcess()).stream()
                .reduce(MemoryForecast.none(), MemoryForecast::plus))
        .plus(own.numbers())
        .plus(EngineMemory.forecast(settings, components, shapes))
        .plus(rowCounts(settings, components, shapes))
        .plus(multiHot(settings, shapes))
        .plus(shuffledSamples(settings, shapes, trainSamples))
        .plus(scores(settings, shapes, evalSamples))
        .plus(dataBeingRead(passBytes))
        .summed();
  }

  /** What each device takes of its own memory, by rank of the run. */
  public static List<Long> deviceBytes(
      EngineSettings settings, Components components, Shapes shapes) {
    return devices(settings, components, shapes, shapes.ranks()).stream()
        .map(device -> device.bytes(Tier.DEVICE))
        .toList();
  }

  private static List<MemoryForecast> devices(
      EngineSettings settings, Components components, Shapes shapes, List<RankShape> ranks) {
    ComputeFactory compute = components.compute(settings.farsight());
    return ranks.stream()
        .map(rank -> compute.forecast(shapes.step(), rank.slots(), rank.inRows(), rank.outRows()))
        .toList();
  }

  /** By a pass for training, and one for evaluation. */
  private static MemoryForecast dataBeingRead(long passBytes) {
    return passBytes == 0
        ? MemoryForecast.none()
        : MemoryForecast.of(Tier.HEAP, "data that is being read, at most", 2 * passBytes);
  }

  private static MemoryForecast rowCounts(
      EngineSettings settings, Components components, Shapes shapes) {
    StoreSpec spec = Specs.store(settings, TableDraws.initialRows(settings, shapes), null);
    return StoreParts.countsRows(settings, components, shapes, TierSettings.of(spec))
        ? MemoryForecast.of(Tier.HEAP, "row counts", RowCounts.heapBytes(shapes.tables()))
        : MemoryForecast.none();
  }

  private static MemoryForecast multiHot(EngineSettings settings, Shapes shapes) {
    Settings data = settings.farsight().section("data");
    return MultiHotData.forecast(data, shapes.step().schema(), settings.batchSize());
  }

  private static MemoryForecast shuffledSamples(
      EngineSettings settings, Shapes shapes, long samples) {
    Settings data = settings.farsight().section("data");
    int blockSamples = ShuffleSetting.blockSamples(data);
    return ShuffledData.forecast(
            shapes.step().schema(), blockSamples, settings.batchSize(), samples)
        .plus(SplitsSetting.forecast(data, shapes.step().schema(), settings.batchSize()));
  }

  private static MemoryForecast scores(EngineSettings settings, Shapes shapes, long samples) {
    BatchSchema schema = shapes.step().schema();
    // Logits are kept by a run that only evaluates, which has a model to load.
    boolean keepsLogits = settings.farsight().section("model").has("load");
    long bytes = Evaluation.heapBytes(samples, schema.labelled(), schema.truth(), keepsLogits);
    if (GroupFeature.position(settings.farsight(), schema) != Evaluation.NO_GROUPS) {
      bytes += Evaluation.groupBytes(samples, schema.weighted());
    }
    return MemoryForecast.of(Tier.HEAP, "scores of an evaluation", bytes);
  }

  /**
   * Checks that the host has the memory of all parts together, of all its processes. Stores and
   * devices check only their own when they open.
   *
   * @param trainSamples samples of the training part, or {@link DataSource#UNKNOWN}
   * @param evalSamples samples of the evaluation part; 0 if they are unknown
   * @param passBytes as {@link DataSource#passBytes} has it; 0 if it is unknown
   * @throws FarsightException if the run does not fit
   */
  public static void requireRoom(
      EngineSettings settings,
      Components components,
      Shapes shapes,
      long trainSamples,
      long evalSamples,
      long passBytes) {
    Settings farsight = settings.farsight();
    MemoryForecast forecast =
        forecast(settings, components, shapes, trainSamples, evalSamples, passBytes);
    long needed = forecast.bytes(Tier.HOST) + forecast.bytes(Tier.HEAP);
    if (components.compute(farsight).usesHostMemory()) {
      needed += forecast.bytes(Tier.DEVICE);
    }
    int processes = HostShare.of(farsight).processes();
    needed = Math.multiplyExact(needed, processes);
    String backend = farsight.section("storage").string("backend");
    Settings storeSettings = farsight.section("storage").section(backend);
    HostMemory host = HostMemory.of(Path.of("/"));
    boolean overridden = storeSettings.has(MEMORY_LIMIT);
    long limit = overridden ? storeSettings.bytes(MEMORY_LIMIT) : host.available();
    if (needed > limit) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s %.1f GiB of host memory, %s is %.1f GiB; `farsight check` lists what needs it. Make cache.size, model.embedding-dim or data.batch-size smaller, or set %s if there is more",
              processes == 1
                  ? "this run needs"
                  : "the " + processes + " processes of this host need",
              needed / GIB,
              overridden ? storeSettings.path() + "." + MEMORY_LIMIT : host.source(),
              limit / GIB,
              storeSettings.path() + "." + MEMORY_LIMIT));
    }
  }
}
