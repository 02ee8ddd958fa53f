package dev.farsight.engine.settings;

import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.metrics.QualityMetric;

/**
 * A learning rate that is multiplied by a factor whenever evaluations no longer improve.
 *
 * @param metric what must improve: the name of a {@link QualityMetric}
 * @param patience reduce the rate after this many evaluations in a row without improvement; 0:
 *     never
 * @param factor what to multiply the rate with
 * @param minDelta the least change that counts as an improvement
 * @param minRate the rate is not reduced below this one
 */
public record Plateau(String metric, int patience, double factor, double minDelta, double minRate) {

  static Plateau of(PartSettings section) {
    return new Plateau(
        section.choice("metric", QualityMetric.configNames()),
        section.integer("patience", 0, Integer.MAX_VALUE),
        section.number("factor", 0, 1),
        section.number("min-delta", 0, 1),
        section.number("min-rate", 0, LearningRate.LARGEST));
  }

  /**
   * What the evaluations so far have come to.
   *
   * @param step steps trained before the last evaluation that counted; -1 before the first
   * @param bestScore higher is better; minus infinity before the first
   * @param evaluationsSinceBest those since the best one, or since the last reduction
   * @param reductions how often the rate was reduced
   */
  public record State(long step, double bestScore, int evaluationsSinceBest, int reductions) {

    public static final State START = new State(-1, Double.NEGATIVE_INFINITY, 0, 0);
  }

  public boolean enabled() {
    return patience > 0;
  }

  /**
   * The state after an evaluation. One whose metric is undefined (NaN) is neither better nor worse.
   *
   * @param step steps trained before the evaluation
   */
  public State after(State state, long step, Quality quality) {
    double score = QualityMetric.of(metric).score(quality);
    if (score > state.bestScore + minDelta) {
      return new State(step, score, 0, state.reductions);
    }
    int without = state.evaluationsSinceBest + (Double.isNaN(score) ? 0 : 1);
    return without < patience
        ? new State(step, state.bestScore, without, state.reductions)
        : new State(step, state.bestScore, 0, state.reductions + 1);
  }

  /** A rate after so many reductions. */
  double at(int reductions, double rate) {
    double reduced = rate;
    for (int r = 0; r < reductions; r++) {
      reduced *= factor;
    }
    return Math.max(reduced, Math.min(rate, minRate));
  }
}
