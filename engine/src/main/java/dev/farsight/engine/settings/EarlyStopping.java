package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.metrics.QualityMetric;

/**
 * When to stop training because evaluations no longer improve.
 *
 * @param metric what has to get better: the name of a {@link QualityMetric}
 * @param patience stop after this many evaluations in a row without improvement; 0: never stop
 * @param minDelta the least change that counts as an improvement
 * @param restoreBest whether the run ends with the model of its best evaluation
 */
public record EarlyStopping(String metric, int patience, double minDelta, boolean restoreBest) {

  public static EarlyStopping of(Settings section) {
    return new EarlyStopping(
        section.choice("metric", QualityMetric.configNames()),
        section.integer("patience", 0, Integer.MAX_VALUE),
        section.number("min-delta", 0, 1),
        section.bool("restore-best"));
  }

  /** Whether evaluations are followed at all. */
  public boolean enabled() {
    return patience > 0 || restoreBest;
  }

  public Watch watch() {
    return new Watch();
  }

  /**
   * The best evaluation of a run.
   *
   * @param step steps trained before it; -1 before the first evaluation, or if unknown
   * @param score higher is better; minus infinity before the first evaluation
   */
  public record Best(long step, double score) {

    static final Best NONE = new Best(-1, Double.NEGATIVE_INFINITY);
  }

  /** Follows the evaluations of one run. */
  public final class Watch {

    private final QualityMetric compared = QualityMetric.of(metric);
    private Best best = Best.NONE;
    private int evaluationsSinceBest;

    /** Takes over the state of another watch. */
    public void resume(Best best, int evaluationsSinceBest) {
      this.best = best;
      this.evaluationsSinceBest = evaluationsSinceBest;
    }

    public Best best() {
      return best;
    }

    /** The metric of the best evaluation; not finite before the first. */
    public double bestValue() {
      return compared.valueOf(best.score());
    }

    public String metric() {
      return metric;
    }

    /** The step to go back to at the end of the run, so far; -1 if there is none. */
    public long stepToRestore() {
      return restoreBest ? best.step() : -1;
    }

    /** Number of evaluations since the best one, without those whose metric is undefined. */
    public int evaluationsSinceBest() {
      return evaluationsSinceBest;
    }

    /**
     * Adds an evaluation; returns whether training should stop. An evaluation whose metric is
     * undefined (NaN) is neither better nor worse, and does not count.
     *
     * @param step steps trained before the evaluation
     */
    public boolean stopAfter(long step, Quality quality) {
      if (!enabled()) {
        return false;
      }
      double score = compared.score(quality);
      if (score > best.score() + minDelta) {
        best = new Best(step, score);
        evaluationsSinceBest = 0;
      } else if (!Double.isNaN(score)) {
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
