package dev.farsight.engine;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.metrics.Quality;
import java.util.List;

/**
 * When to stop because evaluations no longer improve.
 *
 * @param metric auroc (higher is better) or logloss (lower is better)
 * @param patience how many evaluations in a row may bring no improvement; 0: never stop
 * @param minDelta how much better counts as an improvement
 */
record EarlyStopping(String metric, int patience, double minDelta) {

  static EarlyStopping of(Settings section) {
    return new EarlyStopping(
        section.choice("metric", List.of("auroc", "logloss")),
        section.integer("patience", 0, Integer.MAX_VALUE),
        section.number("min-delta", 0, 1));
  }

  Watch watch() {
    return new Watch();
  }

  /** Follows the evaluations of one run. */
  final class Watch {

    private double best = Double.NEGATIVE_INFINITY;
    private int withoutBetter;

    /** Goes on from where another watch was. */
    void resume(double best, int withoutBetter) {
      this.best = best;
      this.withoutBetter = withoutBetter;
    }

    /** The best score so far, minus infinity before the first. */
    double best() {
      return best;
    }

    /** Evaluations since the best. */
    int withoutBetter() {
      return withoutBetter;
    }

    /** Takes note of an evaluation; true when training should stop. */
    boolean stopAfter(Quality quality) {
      if (patience == 0) {
        return false;
      }
      double score = metric.equals("auroc") ? quality.auroc() : -quality.logloss();
      if (score > best + minDelta) {
        best = score;
        withoutBetter = 0;
      } else {
        withoutBetter++;
      }
      return hadEnough();
    }

    /** Whether the evaluations so far say to stop. */
    boolean hadEnough() {
      return patience > 0 && withoutBetter >= patience;
    }
  }
}
