package dev.farsight.bench.gpu;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Whole training runs for tests, of a configuration of overrides over synthetic data. On {@code
 * jcuda} unless told otherwise; skips the test where there is no GPU.
 */
final class GpuRun {

  private final Path folder;
  private final List<String> sets;
  private RunListener listener = RunListener.NONE;

  private GpuRun(Path folder, List<String> sets) {
    this.folder = folder;
    this.sets = sets;
  }

  /**
   * @param folder an own folder for each run is made in it
   */
  static GpuRun in(Path folder) {
    var sets =
        List.of(
            "compute.backend=jcuda",
            "data.source=synthetic",
            "data.eval-fraction=0",
            "optimizer.type=sgd",
            "optimizer.learning-rate=0.1",
            "model.save=false",
            "storage.offheap.huge-pages=off");
    return new GpuRun(folder, sets);
  }

  /** A run of 200 steps of a small model. */
  static GpuRun small(Path folder) {
    return in(folder)
        .set(
            "data.batch-size=256",
            "data.synthetic.rows=" + 256 * 200,
            "data.synthetic.cardinalities=[60000, 400, 20000]",
            "model.embedding-dim=16",
            "model.dlrm.bottom-mlp=[32]",
            "model.dlrm.top-mlp=[32]",
            "cache.size=\"5%\"");
  }

  /** This run with more overrides. */
  GpuRun set(String... overrides) {
    var all = new ArrayList<>(sets);
    all.addAll(List.of(overrides));
    var run = new GpuRun(folder, all);
    run.listener = listener;
    return run;
  }

  /** Calls {@code action} after a step. */
  GpuRun afterStep(long step, Runnable action) {
    var run = set();
    run.listener =
        new RunListener() {
          @Override
          public void step(StepProgress progress) {
            if (progress.step() == step) {
              action.run();
            }
          }
        };
    return run;
  }

  static Components components() {
    return Plugins.load(GpuRun.class.getClassLoader()).components();
  }

  Config config() {
    return FarsightConfig.defaults().set(sets).resolve(List.of(GpuRun.class.getClassLoader()));
  }

  /** What a run left: its report, and the loss of every step as metrics.jsonl has it. */
  record Outcome(Config report, List<Float> losses) {}

  Outcome train() {
    try {
      return train(Files.createTempDirectory(folder, "run"), Trainer::open);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Trains in a folder of a given name. */
  Outcome train(String name) {
    return train(folder.resolve(name), Trainer::open);
  }

  /** Goes on with what {@link #train(String)} left, from its last checkpoint. */
  Outcome resume(String name) {
    return train(folder.resolve(name), Trainer::resume);
  }

  private interface Opening {
    Trainer open(Config config, Components components, Path run, RunListener listener);
  }

  private Outcome train(Path run, Opening opening) {
    Config config = config();
    var components = components();
    assumeRuns(components, config.getString("compute.backend"));
    try (var trainer = opening.open(config, components, run, listener)) {
      Report report = trainer.train();
      return new Outcome(report.json(), losses(run.resolve("metrics.jsonl")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Skips the test where there is no GPU. */
  static void assumeGpu() {
    assumeRuns(components(), "jcuda");
  }

  private static void assumeRuns(Components components, String backend) {
    var factory = components.computes().get(backend);
    Assumptions.assumeTrue(factory != null, backend + " is not on the class path");
    var availability = factory.probe();
    Assumptions.assumeTrue(availability.available(), availability.detail());
  }

  private static List<Float> losses(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(ConfigFactory::parseString)
        .filter(line -> line.hasPath("loss"))
        .map(line -> Float.parseFloat(line.getString("loss")))
        .toList();
  }

  @Override
  public String toString() {
    return sets.toString();
  }
}
