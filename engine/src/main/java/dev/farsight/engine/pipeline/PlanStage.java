package dev.farsight.engine.pipeline;

import dev.farsight.api.compute.HostTrace;
import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.plan.LookAhead;

/**
 * Plans batches. Before batch n is planned, all batches of its look-ahead enter the {@link
 * LookAhead}. Needs room from the steps stage (no more than {@code planned} plans ahead) and from
 * write-back (the plan that used the carrier before must be written back). {@link Residency#plan}
 * waits for room in the rings, see {@link RingGates}.
 */
final class PlanStage extends Stage {

  private final Carriers carriers;
  private final Residency residency;

  /** Null if the policy does not ask for next uses. */
  private final LookAhead lookAhead;

  private final int batchesAhead;
  private final int planned;

  /** Number of the first batch that is not in the look-ahead; planner thread only. */
  private long firstNotEntered;

  /**
   * @param lookAhead null if the policy does not ask for next uses
   * @param batchesAhead batches of the look-ahead, including the one being planned
   * @param planned how many plans may run ahead of the lane
   */
  PlanStage(
      HostTrace trace,
      Carriers carriers,
      Residency residency,
      LookAhead lookAhead,
      int batchesAhead,
      int planned) {
    super("planner", new Clock("plan", trace));
    this.carriers = carriers;
    this.residency = residency;
    this.lookAhead = lookAhead;
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
    return state.plan();
  }

  /** Enters batches into the look-ahead while waiting for them. The clock runs for that too. */
  @Override
  boolean awaitWork(PhaseState state, long n) {
    while (firstNotEntered < n + batchesAhead && state.dedupe().await(firstNotEntered + 1)) {
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
    return state.steps().await(n - planned) && state.awaitWrittenBack(n - carriers.plans() + 1);
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
