package dev.farsight.engine.build;

import static java.util.stream.Collectors.joining;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ComputeContext;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Parameter;
import dev.farsight.api.model.Tape;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import dev.farsight.engine.settings.HostShare;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the settings specify for each part of a run. Opens nothing but data. */
public final class Specs {

  private Specs() {}

  /**
   * @param checkpoints whether the run writes checkpoints or continues from one
   */
  public static RunData openData(
      EngineSettings settings, Components components, DataUse use, boolean checkpoints) {
    DataContext context = dataContext(settings, components, use, checkpoints);
    var source = components.source(settings.farsight());
    return use.trains() ? RunData.open(source, context) : RunData.openToEvaluate(source, context);
  }

  /**
   * The section {@code farsight}, with the section {@code data} of what the data was made from:
   * what models record, and are compared by.
   *
   * @param trains whether the run trains; otherwise it only evaluates
   * @see dev.farsight.api.data.DataSourceFactory#origin
   */
  public static Settings withOrigin(Settings farsight, Components components, boolean trains) {
    Settings data = farsight.section("data");
    Settings origin = RunData.origin(components.source(farsight), data, trains);
    return farsight.with(Map.of("data", origin.config().root()));
  }

  /** What the phase is called in which the data is opened. */
  public static String openingData(EngineSettings settings) {
    return "opening " + settings.farsight().section("data").string("source") + " data";
  }

  /**
   * The data as it is, to be read once in its own order: it is neither shuffled nor cut into
   * splits, whatever the settings say.
   *
   * @param fitted what earlier data was found to be like; empty if the source finds out
   */
  public static RunData openInOrder(
      EngineSettings settings, Components components, Optional<FittedData> fitted) {
    Settings data =
        settings.farsight().section("data").with(Map.of("shuffle", "none", "splits", 0));
    var context =
        new DataContext(
            data,
            data.section(data.string("source")),
            settings.batchSize(),
            settings.seed(),
            HostShare.of(settings.farsight()).cores(),
            null,
            fitted.orElse(null));
    return RunData.open(components.source(settings.farsight()), context);
  }

  static DataContext dataContext(
      EngineSettings settings, Components components, DataUse use, boolean checkpoints) {
    Settings data = settings.farsight().section("data");
    return new DataContext(
        data,
        data.section(data.string("source")),
        settings.batchSize(),
        settings.seed(),
        HostShare.of(settings.farsight()).cores(),
        DataPasses.second(settings, components, checkpoints),
        use.fitted().orElse(null));
  }

  /**
   * @param initial the rows never written
   */
  static StoreSpec store(EngineSettings settings, InitialRows initial, Path runDirectory) {
    Settings storage = settings.farsight().section("storage");
    return new StoreSpec(
        initial.tables(),
        initial.format(),
        initial,
        storage.section(storage.string("backend")),
        settings.storageThreads(),
        runDirectory,
        generations(settings));
  }

  /**
   * How many generations a store may have to keep at once: the current one, and those of all kept
   * checkpoints. Without checkpoints, the one before while the next one begins.
   */
  private static int generations(EngineSettings settings) {
    if (!settings.resetRows()) {
      return 1;
    }
    Settings checkpoint = settings.farsight().section("checkpoint");
    boolean best = settings.earlyStopping().restoreBest();
    int kept = best || checkpoint.has("every") ? checkpoint.integer("keep", 1, 1000) : 1;
    return Math.min(settings.epochs(), 1 + kept + (best ? 1 : 0));
  }

  /**
   * @param device which of those that the settings name
   * @param devices how many this process opens
   */
  static ComputeContext compute(EngineSettings settings, int device, int devices) {
    Settings compute = settings.farsight().section("compute");
    return new ComputeContext(
        compute.section(compute.string("backend")),
        Math.max(1, settings.computeThreads() / devices),
        device);
  }

  /**
   * The model's operations.
   *
   * @throws FarsightException if the model fails, or uses an op wrongly; the message names it
   */
  public static Tape tape(EngineSettings settings, Components components, BatchSchema schema) {
    ModelFactory factory = components.model(settings.farsight());
    var calls = PluginCalls.of(factory, "model " + factory.name());
    var context = ModelContext.of(settings.farsight().section("model"), factory.name(), schema);
    var tape = new Tape(schema, context.dim());
    Model model = calls.get("ModelFactory.create", () -> factory.create(context));
    try {
      tape.finish(model.logits(tape));
      tape.parameters().forEach(Specs::requireSize);
      return tape;
    } catch (IllegalArgumentException | IllegalStateException e) {
      // What the tape says of a wrong use is a line by itself.
      String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw calls.failure("Model.logits", reason, e);
    } catch (RuntimeException | Error e) {
      throw calls.failure("Model.logits", e);
    }
  }

  private static void requireSize(Parameter parameter) {
    try {
      parameter.size();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "%s: a parameter of %s values; at most %d are possible"
              .formatted(
                  parameter.name(),
                  parameter.shape().stream().map(String::valueOf).collect(joining(" x ")),
                  Integer.MAX_VALUE),
          e);
    }
  }

  /** Whether the policy asks for next uses, and the look-ahead knows some. */
  static boolean looksAhead(EngineSettings settings, Components components, Shapes shapes) {
    return !shapes.full()
        && settings.lookAhead() > 1
        && components.policy(settings.farsight()).wantsNextUse();
  }
}
