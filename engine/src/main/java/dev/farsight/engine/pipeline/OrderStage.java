package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.plan.OwnedRows;
import dev.farsight.engine.plan.UniqueRows;
import java.util.List;

/**
 * Writes a rank's input of the step: the order of lookups by row, slots, with several ranks the
 * exchange of rows, and what the phase tells of the step. Runs beside fetch. Needs no room: the
 * input is free if the plan is.
 */
final class OrderStage extends Stage {

  private final List<LaneParts> lanes;
  private final LaneParts parts;
  private final Carriers carriers;
  private final int laneIndex;

  // Of all ranks, for the order of bags.

  private final Batch[] batches;
  private final UniqueRows[] unique;
  private final OwnedRows[] owned;

  OrderStage(List<LaneParts> lanes, int laneIndex) {
    super(lanes, laneIndex, "order", "order lookups");
    this.parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.laneIndex = laneIndex;
    this.lanes = lanes;
    batches = new Batch[lanes.size()];
    unique = new UniqueRows[lanes.size()];
    owned = new OwnedRows[lanes.size()];
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).order();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    boolean planned = state.lane(laneIndex).plan().await(n + 1);
    return planned && (parts.bagOrder() == null || state.awaitMerged(n));
  }

  @Override
  Outcome run(PhaseState state, long n) {
    StepInput input = carriers.input(n);
    if (parts.merge() == null) {
      parts.order().write(carriers.batch(n), carriers.uniqueRows(n), carriers.plan(n), input);
    } else {
      OwnedRows own = carriers.owned(n);
      parts.order().write(carriers.batch(n), carriers.uniqueRows(n), own, input);
      own.writeTo(input.exchange(), carriers.plan(n), parts.order().workers());
      if (parts.bagOrder() != null) {
        orderBags(n, input);
      }
    }
    state.phase().describe(state.numberInPhase(n), input);
    return Outcome.DONE;
  }

  /** The carriers of the other ranks are in use until all have begun the step. */
  private void orderBags(long n, StepInput input) {
    for (int index = 0; index < batches.length; index++) {
      Carriers of = lanes.get(index).carriers();
      batches[index] = of.batch(n);
      unique[index] = of.uniqueRows(n);
      owned[index] = of.owned(n);
    }
    parts.bagOrder().write(batches, unique, owned, input.exchange());
  }
}
