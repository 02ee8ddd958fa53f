package dev.farsight.engine.run;

import dev.farsight.engine.checkpoint.OptimizerProgress;
import dev.farsight.engine.event.LearningRateReduced;
import dev.farsight.engine.event.LearningRateReduced.Parameters;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.metrics.Quality;
import dev.farsight.engine.settings.LearningRate;
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
  private final RunListener events;
  private Plateau.State rowState = Plateau.State.START;
  private Plateau.State denseState = Plateau.State.START;

  CurrentRates(LearningRates rates, RunListener events) {
    this.rates = rates;
    this.events = events;
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
      rowState = next(Parameters.ROWS, rates.rows(), rowState, steps, quality);
      denseState = next(Parameters.DENSE, rates.dense(), denseState, steps, quality);
    }
  }

  private Plateau.State next(
      Parameters parameters, LearningRate rate, Plateau.State state, long steps, Quality quality) {
    Plateau plateau = rate.plateau();
    if (!plateau.enabled()) {
      return state;
    }
    Plateau.State next = plateau.after(state, steps, quality);
    if (next.reductions() > state.reductions()) {
      float learningRate = rate.at(steps, next.reductions());
      LOG.info(
          "after step {}: {} has not improved; learning rate of {} reduced to {}, {} times so far",
          steps,
          plateau.metric(),
          parameters == Parameters.ROWS ? "rows" : "dense parameters",
          learningRate,
          next.reductions());
      events.learningRateReduced(
          new LearningRateReduced(
              steps, parameters, plateau.metric(), next.reductions(), learningRate));
    }
    return next;
  }
}
