package dev.farsight.cli;

import com.typesafe.config.Config;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The main figures of a report, for the end of a run. */
final class Summary {

  private static final String STOPPED = "stopped";
  private static final String AUROC = "quality.auroc";
  private static final String EVALUATED_SAMPLES = "data.eval_samples";
  private static final String EVALUATED_STEP = "evaluated_step";
  private static final String EVAL_FRACTION = "config.data.eval-fraction";

  private final Config report;
  private final long stepsBefore;

  /**
   * @param stepsBefore steps that a run before had trained, which this one continued
   */
  Summary(Config report, long stepsBefore) {
    this.report = report;
    this.stepsBefore = stepsBefore;
  }

  void print(PrintStream out, String command, Path file) {
    if (command.equals("train")) {
      out.println(training(file));
    }
    evaluation(command, file).ifPresent(out::println);
    if (report.hasPath("early_stopped.metric")) {
      out.println(earlyStopped());
    }
    if (report.hasPath("restored_step")) {
      out.println("model: that of step " + count("restored_step") + ", the best one");
    }
    if (command.equals("eval") && scoresPart()) {
      out.println(share());
    }
    if (report.hasPath("cache.policy")) {
      out.println(cache());
    }
    if (has("data.bad_rows")) {
      out.println("skipped " + count("data.bad_rows") + " malformed rows");
    }
    if (has("data.truncated_bags")) {
      out.println("truncated " + count("data.truncated_bags") + " bags of too many lookups");
    }
    out.println("report: " + file);
  }

  private String training(Path file) {
    if (stopped()) {
      return stoppedTraining(file);
    }
    return stepsBefore > 0 && stepsBefore == report.getLong("throughput.steps")
        ? "nothing was left to train: the run had ended at step "
            + count("throughput.steps")
            + "; to train on, set train.epochs or train.max-steps to more"
        : throughput("throughput.epoch_seconds", " s per epoch: ");
  }

  private String stoppedTraining(Path file) {
    return "stopped at step "
        + count("throughput.steps")
        + (evaluatedAtEnd() ? "" : ", not evaluated")
        + "; "
        + throughput("throughput.train_seconds", " s: ")
        + (report.hasPath("config.checkpoint.every")
            ? "\nto continue: farsight train --resume " + file.getParent()
            : "");
  }

  private boolean stopped() {
    return report.hasPath(STOPPED) && report.getBoolean(STOPPED);
  }

  private boolean evaluatedAtEnd() {
    return report.hasPath(EVALUATED_STEP)
        && report.getLong(EVALUATED_STEP) == report.getLong("throughput.steps");
  }

  private String throughput(String seconds, String per) {
    return "trained "
        + count("data.train_samples")
        + " samples in "
        + fixed(seconds, 1)
        + per
        + Amount.count(Math.round(number("throughput.samples_per_second")))
        + " samples/s, "
        + fixed("throughput.iterations_per_second", 1)
        + " it/s";
  }

  private Optional<String> evaluation(String command, Path file) {
    boolean training = command.equals("train");
    if (training && stopped() && !report.hasPath(EVALUATED_STEP)) {
      return Optional.empty();
    }
    if (report.hasPath("quality.logloss")) {
      return Optional.of(earlierStep(training) + quality() + (training ? "" : ofPart()));
    }
    if (training && has("data.train_samples") && !has(EVALUATED_SAMPLES)) {
      return Optional.of(
          "not evaluated: "
              + (report.hasPath(EVAL_FRACTION) && report.getDouble(EVAL_FRACTION) == 0
                  ? "data.eval-fraction = 0 holds no rows out"
                  : "the data has no rows to evaluate on"));
    }
    return training || !has(EVALUATED_SAMPLES)
        ? Optional.empty()
        : Optional.of(
            "the data has no labels to compare with; the logits of its "
                + count(EVALUATED_SAMPLES)
                + " samples are in "
                + file.resolveSibling("predictions.npy")
                + ofPart());
  }

  /** Of a run that was stopped after its last evaluation. */
  private String earlierStep(boolean training) {
    return training && stopped() && !evaluatedAtEnd()
        ? "after step " + count(EVALUATED_STEP) + ": "
        : "";
  }

  /** Of an evaluation that was stopped. */
  private String ofPart() {
    return stopped() ? ", where it was stopped" : "";
  }

  private String quality() {
    if (!report.hasPath(AUROC)) {
      return "AUROC is undefined, as all "
          + count(EVALUATED_SAMPLES)
          + " samples have the same label; logloss "
          + fixed("quality.logloss", 4);
    }
    var line = new StringBuilder("AUROC ").append(fixed(AUROC, 4));
    if (report.hasPath("quality.auroc_ceiling")) {
      double share = 100 * number(AUROC) / number("quality.auroc_ceiling");
      line.append(" (ceiling ").append(fixed("quality.auroc_ceiling", 4));
      line.append(String.format(Locale.ROOT, ", %.1f %% of it)", share));
    }
    if (report.hasPath("quality.gauc")) {
      line.append(", GAUC ").append(fixed("quality.gauc", 4));
    }
    line.append(", logloss ").append(fixed("quality.logloss", 4));
    line.append(", accuracy ").append(fixed("quality.accuracy", 4));
    return line.append(", on ").append(count(EVALUATED_SAMPLES)).append(" samples").toString();
  }

  private String earlyStopped() {
    return "stopped early after step "
        + count("throughput.steps")
        + ": "
        + report.getString("early_stopped.metric")
        + " was best, "
        + fixed("early_stopped.best", 4)
        + (report.hasPath("early_stopped.best_step")
            ? ", after step " + count("early_stopped.best_step")
            : "");
  }

  /** Whether the data that was evaluated is the part of a file that training would leave out. */
  private boolean scoresPart() {
    return report.hasPath(EVAL_FRACTION) && report.getDouble(EVAL_FRACTION) < 1;
  }

  private String share() {
    return String.format(
        Locale.ROOT,
        "these are the last %s %% of the data, which training leaves out; data.eval-fraction = 1 evaluates all",
        new BigDecimal(report.getString(EVAL_FRACTION))
            .movePointRight(2)
            .stripTrailingZeros()
            .toPlainString());
  }

  private String cache() {
    if (report.hasPath("cache.all_rows") && report.getBoolean("cache.all_rows")) {
      return "cache: all " + count("cache.slots") + " rows are resident, so none is evicted";
    }
    return "cache "
        + report.getString("cache.policy")
        + " of "
        + count("cache.slots")
        + " slots: hit rate "
        + String.format(Locale.ROOT, "%.1f %%", 100 * number("cache.hit_ratio"))
        + ", "
        + count("cache.loaded_rows")
        + " rows loaded, "
        + count("cache.evicted_rows")
        + " evicted";
  }

  private boolean has(String path) {
    return report.hasPath(path) && report.getLong(path) > 0;
  }

  private String count(String path) {
    return Amount.count(report.hasPath(path) ? report.getLong(path) : 0);
  }

  private String fixed(String path, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number(path));
  }

  private double number(String path) {
    return report.hasPath(path) ? report.getDouble(path) : Double.NaN;
  }
}
