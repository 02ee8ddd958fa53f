package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.engine.plan.OwnedRows;
import java.util.List;

/**
 * Writes a rank's input of the step: the order of lookups by row, slots, with several ranks the
 * exchange of rows, and what the phase tells of the step. Runs beside fetch. Needs no room: the
 * input is free if the plan is.
 */
final class OrderStage extends Stage {

  private final LaneParts parts;
  private final Carriers carriers;
  private final int laneIndex;

  OrderStage(List<LaneParts> lanes, int laneIndex) {
    super(lanes, laneIndex, "order", "order lookups");
    this.parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.laneIndex = laneIndex;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).order();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    return state.lane(laneIndex).plan().await(n + 1);
  }

  @Override
  Outcome run(PhaseState state, long n) {
    StepInput input = carriers.input(n);
    if (parts.merge() == null) {
      parts.order().write(carriers.batch(n), carriers.uniqueRows(n), carriers.plan(n), input);
    } else {
      OwnedRows owned = carriers.owned(n);
      parts.order().write(carriers.batch(n), carriers.uniqueRows(n), owned, input);
      owned.writeTo(input.exchange(), carriers.plan(n), parts.order().workers());
    }
    state.phase().describe(state.numberInPhase(n), input);
    return Outcome.DONE;
  }
}
