package dev.farsight.engine;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostMemory;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.tier.TierSettings;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What settings and plugins make of a run before anything of it is opened: the specifications of
 * its parts, the memory that they will take together, and whether that is there.
 */
final class Blueprint {

  /** A store's setting that stands above what the host says it has. */
  private static final String MEMORY_LIMIT = "memory-limit";

  private static final double GIB = 1L << 30;

  private Blueprint() {}

  static DataSource openData(EngineSettings settings, Components components) {
    Settings data = settings.farsight().section("data");
    String name = data.string("source");
    var context =
        new DataContext(
            data,
            data.section(name),
            settings.batchSize(),
            settings.seed(),
            Math.max(1, Runtime.getRuntime().availableProcessors()));
    return components.source(settings.farsight()).open(context);
  }

  static StoreSpec storeSpec(
      EngineSettings settings, Shapes shapes, long seed, int generation, Path runDirectory) {
    Settings storage = settings.farsight().section("storage");
    RowFormat format = shapes.format();
    return new StoreSpec(
        shapes.tables(),
        format,
        new InitialRows(shapes.tables(), format, seed, generation),
        storage.section(storage.string("backend")),
        settings.storageThreads(),
        runDirectory);
  }

  static ComputeContext computeContext(EngineSettings settings) {
    Settings compute = settings.farsight().section("compute");
    return new ComputeContext(
        compute.section(compute.string("backend")), settings.computeThreads());
  }

  static Tape tape(EngineSettings settings, Components components, BatchSchema schema) {
    Settings model = settings.farsight().section("model");
    var tape = new Tape(schema, Shapes.dim(settings));
    return tape.finish(components.model(settings.farsight()).create(model, schema).logits(tape));
  }

  /**
   * What all of it will take, without opening device or store; opens the data, to know the tables.
   */
  static MemoryForecast forecast(Settings farsight, Components components) {
    var settings = EngineSettings.of(farsight);
    components.check(farsight);
    try (DataSource data = openData(settings, components)) {
      tape(settings, components, data.schema());
      return forecast(settings, components, Shapes.of(settings, data.schema()));
    }
  }

  /** The sizes of a run on data of this schema, of which nothing is opened. */
  static Outlook outlook(Settings farsight, Components components, BatchSchema schema) {
    var settings = EngineSettings.of(farsight);
    components.check(farsight);
    Tape tape = tape(settings, components, schema);
    var shapes = Shapes.of(settings, schema);
    if (!shapes.full()) {
      checkPolicySettings(settings, components, shapes.slots());
    }
    requireRoom(settings, components, shapes);
    return new Outlook(
        shapes.slots(),
        shapes.full(),
        shapes.format().bytes(),
        flops(tape),
        forecast(settings, components, shapes));
  }

  /** A policy reads its settings when it is made: a small one is made for that alone. */
  private static void checkPolicySettings(
      EngineSettings settings, Components components, int slots) {
    Settings cache = settings.farsight().section("cache");
    policyOf(
        components.policy(settings.farsight()),
        new PolicyContext(
            Math.min(slots, 1024),
            settings.seed(),
            cache.section(cache.string("policy")),
            RowFrequencies.NONE,
            0));
  }

  /** Of the products with weights: one forward, two backward, 2 operations each. */
  private static long flops(Tape tape) {
    return tape.ops().stream()
        .mapToLong(op -> op instanceof Op.Linear l ? 6L * l.input().size() * l.output().size() : 0)
        .sum();
  }

  private static MemoryForecast forecast(
      EngineSettings settings, Components components, Shapes shapes) {
    StoreSpec spec = storeSpec(settings, shapes, settings.seed(), 0, null);
    return components
        .store(settings.farsight())
        .forecast(spec)
        .plus(TierSettings.of(spec).map(tier -> tier.forecast(spec)).orElse(MemoryForecast.none()))
        .plus(
            components
                .compute(settings.farsight())
                .forecast(shapes.step(), shapes.slots(), shapes.inRows(), shapes.outRows()))
        .plus(shapes.forecast(settings, looksAhead(settings, components, shapes)));
  }

  /** Whether anyone asks for next uses, and some can be known. */
  static boolean looksAhead(EngineSettings settings, Components components, Shapes shapes) {
    return !shapes.full()
        && settings.lookAhead() > 1
        && components.policy(settings.farsight()).wantsNextUse();
  }

  /**
   * Stores and devices check what they take alone; this checks the sum, before anything is taken.
   */
  static void requireRoom(EngineSettings settings, Components components, Shapes shapes) {
    Settings farsight = settings.farsight();
    MemoryForecast forecast = forecast(settings, components, shapes);
    long needed = forecast.bytes(MemoryForecast.Tier.HOST);
    if (components.compute(farsight).usesHostMemory()) {
      needed += forecast.bytes(MemoryForecast.Tier.DEVICE);
    }
    String backend = farsight.section("storage").string("backend");
    Settings own = farsight.section("storage").section(backend);
    HostMemory host = HostMemory.of(Path.of("/"));
    boolean overridden = own.has(MEMORY_LIMIT);
    long limit = overridden ? own.bytes(MEMORY_LIMIT) : host.available();
    if (needed > limit) {
      throw new FarsightException(
          "this run needs %.1f GiB of host memory, %s is %.1f GiB; `farsight check` tells what for. Make cache.size, model.embedding-dim or data.batch-size smaller, or set %s if there is more"
              .formatted(
                  needed / GIB,
                  overridden ? own.path() + "." + MEMORY_LIMIT : host.source(),
                  limit / GIB,
                  own.path() + "." + MEMORY_LIMIT));
    }
  }

  /** A plugin may do anything in its factory; what goes wrong there is told with its name. */
  static CachePolicy policyOf(CachePolicyFactory factory, PolicyContext context) {
    try {
      return Objects.requireNonNull(factory.create(context), "its factory gave none");
    } catch (FarsightException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new FarsightException(
          "cache policy %s could not be made: %s".formatted(factory.name(), e), e);
    }
  }
}
