package dev.farsight.examples.embedding;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Plugins;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Trains the model that a configuration file describes and tells how well it predicts:
 *
 * <pre>TrainModel CONF RUN_DIRECTORY</pre>
 */
public final class TrainModel {

  private TrainModel() {}

  public static void main(String[] args) {
    try {
      train(FarsightConfig.ofFile(Path.of(args[0])), Path.of(args[1]), System.out);
    } catch (FarsightException e) {
      System.err.println(e.getMessage()); // one line: what, where, what to do
      System.exit(1);
    }
  }

  /** Trains once; the run directory then holds metrics, model and report. */
  static Report train(FarsightConfig user, Path runDirectory, PrintStream out) {
    // Plugins first: their reference.conf files say which keys there are.
    try (Plugins plugins = Plugins.load(TrainModel.class.getClassLoader())) {
      Config farsight = user.resolve(plugins.loaders());
      var listener = new EveryHundredSteps(out);
      try (Trainer trainer = Trainer.open(farsight, plugins.components(), runDirectory, listener)) {
        Report report = trainer.train();
        out.printf(
            "AUROC %.4f of at most %.4f, hit ratio %.1f %%%n",
            report.quality().auroc(),
            report.quality().aurocCeiling(),
            100 * report.json().getDouble("cache.hit_ratio"));
        return report;
      }
    }
  }

  /** Hears of every step, on one of the run's own threads, so it must not linger. */
  private static final class EveryHundredSteps implements RunListener {

    private final PrintStream out;

    EveryHundredSteps(PrintStream out) {
      this.out = out;
    }

    @Override
    public void phase(String what) {
      out.println(what);
    }

    @Override
    public void step(StepProgress progress) {
      if (progress.step() % 100 == 0) {
        out.printf(
            "step %d of %d: loss %.4f%n", progress.step(), progress.steps(), progress.loss());
      }
    }
  }
}
