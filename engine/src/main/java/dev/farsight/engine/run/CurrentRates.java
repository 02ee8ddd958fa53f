package dev.farsight.engine.run;

import dev.farsight.engine.checkpoint.OptimizerProgress;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.settings.LearningRates;
import dev.farsight.engine.settings.Plateau;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learning rates of a run: functions of the step, and of the evaluations so far. Evaluations
 * are added between phases; during a phase any thread may read.
 */
public final class CurrentRates {

  private static final Logger LOG = LoggerFactory.getLogger(CurrentRates.class);

  private final LearningRates rates;
  private Plateau.State rowState = Plateau.State.START;
  private Plateau.State denseState = Plateau.State.START;

  CurrentRates(LearningRates rates) {
    this.rates = rates;
  }

  /** Continues from a checkpoint. */
  void resume(OptimizerProgress progress) {
    rowState = progress.rows();
    denseState = progress.dense();
  }

  /** The learning rate of rows at a step, counted from 0. */
  public float rows(long step) {
    return rates.rows().at(step, rowState.reductions());
  }

  /** The learning rate of dense parameters at a step, counted from 0. */
  public float dense(long step) {
    return rates.dense().at(step, denseState.reductions());
  }

  /** The evaluations as the rate of rows has counted them. */
  public Plateau.State rowState() {
    return rowState;
  }

  /** The evaluations as the rate of dense parameters has counted them. */
  public Plateau.State denseState() {
    return denseState;
  }

  /** Whether an evaluation after {@code step} steps still has to be added. */
  boolean lacks(long step) {
    return rates.followEvaluations() && Math.max(rowState.step(), denseState.step()) < step;
  }

  /**
   * Adds an evaluation, unless one after as many steps was added before: a run that was stopped may
   * evaluate again.
   *
   * @param steps steps trained before it
   */
  void evaluated(long steps, Quality quality) {
    if (lacks(steps)) {
      rowState = next(rates.rows().plateau(), rowState, steps, quality, "rows");
      denseState = next(rates.dense().plateau(), denseState, steps, quality, "dense parameters");
    }
  }

  private static Plateau.State next(
      Plateau plateau, Plateau.State state, long steps, Quality quality, String part) {
    if (!plateau.enabled()) {
      return state;
    }
    Plateau.State next = plateau.after(state, steps, quality);
    if (next.reductions() > state.reductions()) {
      LOG.info(
          "after step {}: {} has not improved; learning rate of {} reduced {} times so far",
          steps,
          plateau.metric(),
          part,
          next.reductions());
    }
    return next;
  }
}
