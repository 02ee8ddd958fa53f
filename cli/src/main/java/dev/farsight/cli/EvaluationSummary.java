package dev.farsight.cli;

import dev.farsight.api.internal.Quoted;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What the end of a run says of its last evaluation, or of why there was none. */
final class EvaluationSummary {

  private static final String AUROC = "quality.auroc";
  private static final String SAMPLES = "data.eval_samples";
  private static final String STEP = "evaluated_step";
  private static final String COLUMN = "config.data.eval-where.column";
  private static final String SOURCE = "config.data.source";
  private static final String FRACTION = "config.data.eval-fraction";

  private final ReportFigures figures;
  private final boolean stopped;

  EvaluationSummary(ReportFigures figures) {
    this.figures = figures;
    stopped = figures.is("stopped");
  }

  /** Whether the model was evaluated after the last step. */
  boolean afterLastStep() {
    return figures.has(STEP) && figures.whole(STEP) == figures.whole("throughput.steps");
  }

  /** The line at the end of training; empty if it has nothing to say. */
  Optional<String> ofTraining() {
    if (stopped && !figures.has(STEP)) {
      return Optional.empty();
    }
    if (measured()) {
      boolean earlier = stopped && !afterLastStep();
      return Optional.of((earlier ? "after step " + figures.count(STEP) + ": " : "") + quality());
    }
    if (!figures.counts("data.train_samples") || figures.counts(SAMPLES)) {
      return Optional.empty();
    }
    return Optional.of(
        "not evaluated: "
            + (figures.number(FRACTION) == 0
                ? "data.eval-fraction = 0 holds no rows out"
                : "the data has no rows to evaluate on"));
  }

  /**
   * The line at the end of an evaluation; empty if it has nothing to say.
   *
   * @param predictions the file with the logits
   */
  Optional<String> ofEvaluation(Path predictions) {
    String part = stopped ? ", where it was stopped" : "";
    if (measured()) {
      return Optional.of(quality() + part);
    }
    return figures.counts(SAMPLES)
        ? Optional.of(
            "the data has no labels to compare with; the logits of its "
                + figures.count(SAMPLES)
                + " samples are in "
                + predictions
                + part)
        : Optional.empty();
  }

  private boolean measured() {
    return figures.has("quality.logloss");
  }

  private String quality() {
    if (!figures.has(AUROC)) {
      return "AUROC is undefined, as all "
          + figures.count(SAMPLES)
          + " samples have the same label; logloss "
          + figures.fixed("quality.logloss", 4);
    }
    var line = new StringBuilder("AUROC ").append(figures.fixed(AUROC, 4));
    if (figures.has("quality.auroc_ceiling")) {
      double share = 100 * figures.number(AUROC) / figures.number("quality.auroc_ceiling");
      line.append(" (ceiling ").append(figures.fixed("quality.auroc_ceiling", 4));
      line.append(String.format(Locale.ROOT, ", %.1f %% of it)", share));
    }
    if (figures.has("quality.gauc")) {
      line.append(", GAUC ").append(figures.fixed("quality.gauc", 4));
    }
    line.append(", logloss ").append(figures.fixed("quality.logloss", 4));
    line.append(", accuracy ").append(figures.fixed("quality.accuracy", 4));
    return line.append(", on ").append(figures.count(SAMPLES)).append(" samples").toString();
  }

  /** Says which part of its data an evaluation is of; empty if it is of all samples. */
  Optional<String> part() {
    if (figures.has("config.data.eval-path")) {
      return Optional.of("these are the samples of data.eval-path");
    }
    if (figures.has(COLUMN)) {
      return Optional.of(
          "these are the samples that data.eval-where chooses by "
              + Quoted.of(figures.text(COLUMN))
              + ", which training leaves out");
    }
    if (!(figures.number(FRACTION) < 1)) {
      return Optional.empty();
    }
    // Prepared data may have a split of its own.
    boolean prepared = figures.has(SOURCE) && figures.text(SOURCE).equals("npy");
    return Optional.of(
        (prepared ? "this is the evaluation part" : "these are the last " + percent())
            + " of the data, which training leaves out; data.eval-fraction = 1 evaluates all");
  }

  private String percent() {
    return new BigDecimal(figures.text(FRACTION))
            .movePointRight(2)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
