package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.metrics.Quality;
import java.util.List;

/**
 * When to stop training because evaluations no longer improve.
 *
 * @param metric auroc (higher is better) or logloss (lower is better)
 * @param patience stop after this many evaluations in a row without improvement; 0: never stop
 * @param minDelta the least change that counts as an improvement
 */
public record EarlyStopping(String metric, int patience, double minDelta) {

  public static EarlyStopping of(Settings section) {
    return new EarlyStopping(
        section.choice("metric", List.of("auroc", "logloss")),
        section.integer("patience", 0, Integer.MAX_VALUE),
        section.number("min-delta", 0, 1));
  }

  public Watch watch() {
    return new Watch();
  }

  /** Follows the evaluations of one run. */
  public final class Watch {

    private double best = Double.NEGATIVE_INFINITY;
    private int evaluationsSinceBest;

    /** Takes over the state of another watch. */
    public void resume(double best, int evaluationsSinceBest) {
      this.best = best;
      this.evaluationsSinceBest = evaluationsSinceBest;
    }

    /** The best score so far; minus infinity before the first. */
    public double best() {
      return best;
    }

    /** Number of evaluations since the best one. */
    public int evaluationsSinceBest() {
      return evaluationsSinceBest;
    }

    /** Adds an evaluation; returns whether training should stop. */
    public boolean stopAfter(Quality quality) {
      if (patience == 0) {
        return false;
      }
      double score = metric.equals("auroc") ? quality.auroc() : -quality.logloss();
      if (score > best + minDelta) {
        best = score;
        evaluationsSinceBest = 0;
      } else {
        evaluationsSinceBest++;
      }
      return shouldStop();
    }

    /** Whether training should stop after the evaluations so far. */
    public boolean shouldStop() {
      return patience > 0 && evaluationsSinceBest >= patience;
    }
  }
}
