package org.example.clicks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Trains and evaluates a model of clicks. Everything that Farsight is told is in here, in code;
 * what is not told has its default.
 */
final class ClickModel {

  private final FarsightConfig settings;

  /**
   * @param overrides settings that take precedence, such as {@code storage.backend=ssd}
   */
  ClickModel(List<String> overrides) {
    settings = FarsightConfig.ofSection("ClickModel", settings()).set(overrides);
  }

  /** The section {@code farsight}: keys as in a file, without that prefix. */
  private static Config settings() {
    return ConfigFactory.parseMap(
        Map.ofEntries(
            Map.entry("data.source", "synthetic"),
            Map.entry("data.batch-size", 512),
            Map.entry("data.synthetic.rows", 120_000),
            Map.entry("data.synthetic.cardinalities", List.of(100, 1_000, 5_000, 20_000)),
            Map.entry("data.synthetic.dense", 4),
            Map.entry("model.type", "dlrm"),
            Map.entry("model.embedding-dim", 8),
            Map.entry("model.dlrm.bottom-mlp", List.of(16)),
            Map.entry("model.dlrm.top-mlp", List.of(32)),
            Map.entry("cache.policy", "lfu"),
            Map.entry("cache.size", "10%"),
            Map.entry("optimizer.type", "rowwise-adagrad"),
            Map.entry("optimizer.learning-rate", 0.05),
            Map.entry("train.epochs", 20),
            Map.entry("train.eval-every", "50 steps")));
  }

  /** Trains; the run directory then has the model in {@code model/}, metrics and report. */
  Report train(Path runDirectory, RunListener listener) {
    return run(
        settings,
        (farsight, plugins) -> {
          try (Trainer trainer =
              Trainer.open(farsight, plugins.components(), runDirectory, listener)) {
            return trainer.train();
          }
        });
  }

  /** Evaluates a trained model; {@code predictions.npy} then has the logit of each sample. */
  Report evaluate(Path model, Path runDirectory) {
    return run(
        settings.set("model.load=" + model),
        (farsight, plugins) -> {
          try (Trainer trainer =
              Trainer.openToEvaluate(
                  farsight, plugins.components(), runDirectory, RunListener.NONE)) {
            return trainer.evaluate();
          }
        });
  }

  /** What is done with plugins that are loaded and settings that are checked. */
  private interface Work {
    Report with(Config farsight, Plugins plugins);
  }

  private static Report run(FarsightConfig settings, Work work) {
    // Plugins first: they know which keys there are.
    try (Plugins plugins = Plugins.load(ClickModel.class.getClassLoader(), settings)) {
      return work.with(settings.resolve(plugins.loaders()), plugins);
    }
  }
}
