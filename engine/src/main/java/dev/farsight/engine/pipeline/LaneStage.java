package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.StepInput;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Gives a device its moves and steps, in plan order. The only stage that touches slots. Publishes
 * two progresses: the moves of a batch as soon as the device has them, so that write-back can
 * begin, and the batch's step. Needs no room: the ring stretches are the plan's.
 *
 * <p>All lanes begin a batch, or none: a batch is begun once it is ready for all of them. If a lane
 * fails in a step, it ends the step of the others.
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
  private final BooleanSupplier stopping;

  /**
   * @param stopping whether a stop was asked for
   */
  LaneStage(List<LaneParts> lanes, LaneTickets tickets, int laneIndex, BooleanSupplier stopping) {
    super("lane" + suffix(lanes, laneIndex), new Clock("feed the lane", trace(lanes, laneIndex)));
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
    this.tickets = tickets;
    this.laneIndex = laneIndex;
    this.stopping = stopping;
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
    return state.awaitReady(n)
        && state.gate().admit(n, !state.steps().finished() && !stopping.getAsBoolean());
  }

  @Override
  Outcome run(PhaseState state, long n) {
    try {
      launch(state, n);
    } catch (RuntimeException | Error e) {
      lane.abort(e);
      throw e;
    }
    return Outcome.DONE;
  }

  private void launch(PhaseState state, long n) {
    tickets.move(n, lane.memory().move(carriers.plan(n).moves()));
    state.lane(laneIndex).move().publish(n + 1);
    boolean training = state.phase().training();
    CompiledStep step = lane.step();
    StepInput input = carriers.input(n);
    tickets.step(n, training ? step.train(input) : step.evaluate(input));
  }
}
