package dev.farsight.cli;

import com.typesafe.config.Config;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** The main figures of a report, for the end of a run. */
final class Summary {

  private static final String STEPS = "throughput.steps";

  private final ReportFigures figures;
  private final EvaluationSummary evaluation;
  private final long stepsBefore;

  /**
   * @param stepsBefore steps that a run before had trained, which this one continued
   */
  Summary(Config report, long stepsBefore) {
    figures = new ReportFigures(report);
    evaluation = new EvaluationSummary(figures);
    this.stepsBefore = stepsBefore;
  }

  /**
   * @param command {@code train} or {@code eval}
   * @param file the report
   */
  void print(PrintStream out, String command, Path file) {
    if (command.equals("train")) {
      printTraining(out, file.getParent());
    } else {
      evaluation.ofEvaluation(file.resolveSibling("predictions.npy")).ifPresent(out::println);
      evaluation.part().ifPresent(out::println);
    }
    if (figures.has("cache.policy")) {
      out.println(cache());
    }
    DevicesSummary.of(figures).ifPresent(out::println);
    if (command.equals("train")) {
      LimitSummary.of(figures).ifPresent(out::println);
    }
    if (figures.counts("data.bad_rows")) {
      out.println("skipped " + figures.count("data.bad_rows") + " malformed rows");
    }
    if (figures.counts("data.truncated_bags")) {
      out.println(
          "truncated " + figures.count("data.truncated_bags") + " bags of too many lookups");
    }
    out.println("report: " + file);
  }

  private void printTraining(PrintStream out, Path run) {
    boolean stopped = figures.is("stopped");
    if (stopped) {
      out.println(stopped());
    } else {
      out.println(stepsBefore > 0 && stepsBefore == figures.whole(STEPS) ? ended() : trained());
    }
    if (stopped && figures.has("config.checkpoint.every")) {
      out.println("to continue: farsight train --resume " + run);
    }
    evaluation.ofTraining().ifPresent(out::println);
    if (figures.has("early_stopped.metric")) {
      out.println(earlyStopped());
    }
    if (figures.has("restored_step")) {
      out.println("model: that of step " + figures.count("restored_step") + ", the best one");
    }
  }

  private String stopped() {
    return "stopped at step "
        + figures.count(STEPS)
        + (evaluation.afterLastStep() ? "; " : ", not evaluated; ")
        + trained();
  }

  private String ended() {
    return "nothing was left to train: the run had ended at step "
        + figures.count(STEPS)
        + "; to train on, set train.epochs or train.max-steps to more";
  }

  private String trained() {
    return "trained "
        + figures.count("data.train_samples")
        + " samples in "
        + figures.fixed("throughput.train_seconds", 1)
        + " s: "
        + Amount.count(Math.round(figures.number("throughput.samples_per_second")))
        + " samples/s, "
        + figures.fixed("throughput.iterations_per_second", 1)
        + " it/s";
  }

  private String earlyStopped() {
    return "stopped early after step "
        + figures.count(STEPS)
        + ": "
        + figures.text("early_stopped.metric")
        + " was best, "
        + figures.fixed("early_stopped.best", 4)
        + (figures.has("early_stopped.best_step")
            ? ", after step " + figures.count("early_stopped.best_step")
            : "");
  }

  private String cache() {
    if (figures.is("cache.all_rows")) {
      return "cache: all "
          + figures.count("cache.slots")
          + " rows are resident, so none is evicted";
    }
    return "cache "
        + figures.text("cache.policy")
        + " of "
        + figures.count("cache.slots")
        + " slots: hit rate "
        + String.format(Locale.ROOT, "%.1f %%", 100 * figures.number("cache.hit_ratio"))
        + ", "
        + figures.count("cache.loaded_rows")
        + " rows loaded, "
        + figures.count("cache.evicted_rows")
        + " evicted";
  }
}
