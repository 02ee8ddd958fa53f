package dev.farsight.engine.pipeline;

import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.plan.LookAhead;
import java.util.List;

/**
 * Plans batches for the cache of one rank. Before batch n is planned, all batches of its look-ahead
 * enter the {@link LookAhead}. Needs room from the steps stage (no more than {@code planned} plans
 * ahead) and from write-back (the plan that used the carrier before must be written back). {@link
 * Residency#plan} waits for room in the rings, see {@link RingGates}.
 */
final class PlanStage extends Stage {

  private final Carriers carriers;
  private final Residency residency;
  private final boolean merged;
  private final int laneIndex;

  /** Null if the policy does not ask for next uses. */
  private final LookAhead lookAhead;

  private final int batchesAhead;
  private final int planned;

  /** Number of the first batch that is not in the look-ahead; planner thread only. */
  private long firstNotEntered;

  /**
   * @param batchesAhead batches of the look-ahead, including the one being planned
   * @param planned how many plans may run ahead of the lane
   */
  PlanStage(List<LaneParts> lanes, int laneIndex, int batchesAhead, int planned) {
    super("planner" + suffix(lanes, laneIndex), new Clock("plan", trace(lanes, laneIndex)));
    LaneParts parts = lanes.get(laneIndex);
    this.carriers = parts.carriers();
    this.residency = parts.residency();
    this.lookAhead = parts.lookAhead();
    this.merged = parts.merge() != null;
    this.laneIndex = laneIndex;
    this.batchesAhead = batchesAhead;
    this.planned = planned;
  }

  @Override
  void begin(PhaseState state) {
    super.begin(state);
    firstNotEntered = state.first();
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.lane(laneIndex).plan();
  }

  /** Enters batches into the look-ahead while waiting for them. The clock runs for that too. */
  @Override
  boolean awaitWork(PhaseState state, long n) {
    LaneProgress lane = state.lane(laneIndex);
    StageProgress known = merged ? lane.merge() : lane.dedupe();
    while (firstNotEntered < n + batchesAhead && known.await(firstNotEntered + 1)) {
      if (lookAhead != null) {
        clock().start();
        lookAhead.enter(firstNotEntered, carriers.request(firstNotEntered));
        clock().stop();
      }
      firstNotEntered++;
    }
    return firstNotEntered > n;
  }

  @Override
  boolean awaitRoom(PhaseState state, long n) {
    return state.steps().await(n - planned)
        && state.lane(laneIndex).writeBack().await(n - carriers.plans() + 1);
  }

  @Override
  boolean endsOnStop() {
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    if (lookAhead != null) {
      lookAhead.leave(n);
    }
    try {
      residency.plan(carriers.request(n), carriers.plan(n));
    } catch (CacheTooSmallException e) {
      throw e.in(name(state, n));
    }
    return Outcome.DONE;
  }

  /** What messages call a batch: steps are counted since the run began, as everywhere. */
  private static String name(PhaseState state, long n) {
    long batch = state.numberInPhase(n) + 1;
    return state.phase().training()
        ? "the batch of step " + (state.phase().firstStep() + batch)
        : "batch " + batch + " of the evaluation";
  }
}
