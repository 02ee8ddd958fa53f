package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.HostTrace;
import dev.farsight.api.compute.StepInput;

/**
 * Gives a device its moves and steps, in plan order. The only stage that touches slots. Publishes
 * two progresses: the moves of a batch as soon as the device has them, so that write-back can
 * begin, and the batch's step. Needs no room: the ring stretches are the plan's.
 *
 * <p>The steps stage ends before this one only if it has failed. Then no further step is given to
 * the device. Those that the device has already change nothing if a loss was not finite, see {@link
 * CompiledStep#train}.
 */
final class LaneStage extends Stage {

  private final Carriers carriers;
  private final Lane lane;
  private final LaneTickets tickets;
  private final int laneIndex;

  LaneStage(HostTrace trace, Carriers carriers, Lane lane, LaneTickets tickets, int laneIndex) {
    super("lane", new Clock("feed the lane", trace));
    this.carriers = carriers;
    this.lane = lane;
    this.tickets = tickets;
    this.laneIndex = laneIndex;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).launch();
  }

  @Override
  void finish(PhaseState state) {
    state.lane(laneIndex).move().finish();
    state.lane(laneIndex).launch().finish();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).fetch().await(n + 1)
        && state.order().await(n + 1)
        && !state.steps().finished();
  }

  @Override
  boolean endsOnStop() {
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    tickets.move(n, lane.memory().move(carriers.plan(n).moves()));
    state.lane(laneIndex).move().publish(n + 1);
    boolean training = state.phase().training();
    CompiledStep step = lane.step();
    StepInput input = carriers.input(n);
    tickets.step(n, training ? step.train(input) : step.evaluate(input));
    return Outcome.DONE;
  }
}
