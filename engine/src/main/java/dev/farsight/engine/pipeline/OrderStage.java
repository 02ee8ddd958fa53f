package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.compute.StepInput;
import dev.farsight.engine.plan.LookupOrder;

/**
 * Writes the step's input: the order of lookups by row, slots, the step number and learning rates.
 * Runs beside fetch. Needs no room: the input is free if the plan is.
 */
final class OrderStage extends Stage {

  private final Carriers carriers;
  private final LookupOrder order;

  OrderStage(HostTrace trace, Carriers carriers, LookupOrder order) {
    super("order", new Clock("order lookups", trace));
    this.carriers = carriers;
    this.order = order;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.order();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.plan().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    StepInput input = carriers.input(n);
    order.write(carriers.batch(n), carriers.uniqueRows(n), carriers.plan(n), input);
    long batchInPhase = state.numberInPhase(n);
    float rate = state.phase().learningRate(batchInPhase);
    input.learningRates(rate, rate);
    long step = state.phase().firstStep() + batchInPhase;
    input.step(step);
    input.updates(step - state.phase().rowsDrawnStep(), step);
    return Outcome.DONE;
  }
}
