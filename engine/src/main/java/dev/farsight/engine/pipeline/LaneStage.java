package dev.farsight.engine.pipeline;

import dev.farsight.api.collective.CollectiveException;
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
  private final DeviceCall move;
  private final DeviceCall train;
  private final DeviceCall evaluate;

  /**
   * @param stopping whether a stop was asked for
   */
  LaneStage(List<LaneParts> lanes, LaneTickets tickets, int laneIndex, BooleanSupplier stopping) {
    super(lanes, laneIndex, "lane", "feed the lane");
    this.carriers = lanes.get(laneIndex).carriers();
    this.lane = lanes.get(laneIndex).lane();
    this.tickets = tickets;
    this.laneIndex = laneIndex;
    this.stopping = stopping;
    move = lane.watch().call("move rows");
    train = lane.watch().call("train");
    evaluate = lane.watch().call("evaluate");
  }

  @Override
  List<DeviceCall> deviceCalls() {
    return lane.watch().alone() ? List.of() : List.of(move, train, evaluate);
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
    move.begin();
    tickets.move(n, lane.memory().move(carriers.plan(n).moves()));
    move.end();
    state.lane(laneIndex).move().publish(n + 1);
    CompiledStep step = lane.step();
    StepInput input = carriers.input(n);
    if (state.phase().training()) {
      train.begin();
      tickets.step(n, step.train(input));
      train.end();
    } else {
      evaluate.begin();
      tickets.step(n, step.evaluate(input));
      evaluate.end();
    }
    return Outcome.DONE;
  }

  /**
   * Ends the step of the others, which wait for this lane. They may still be at the end of the step
   * before, to which this lane has contributed: that step is done by all.
   */
  @Override
  void failed(PhaseState state, Throwable failure) {
    if (lane.collective() == null || failure instanceof CollectiveException) {
      return;
    }
    long done = state.lane(laneIndex).launch().done();
    for (int other = 0; other < state.lanes(); other++) {
      if (other != laneIndex) {
        state.lane(other).launch().await(done);
      }
    }
    lane.abort(lane.watch().named(failure));
  }
}
