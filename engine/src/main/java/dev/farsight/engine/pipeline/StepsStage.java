package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * Waits for each step of the lanes, checks the loss, and hands the results to the phase. Needs no
 * room. Not timed: the stage waits for the device, and the phase's work is small.
 */
final class StepsStage extends Stage {

  private final StepResults results;

  /** Tickets by lane. */
  private final LaneTickets[] tickets;

  StepsStage(List<LaneParts> lanes, LaneTickets[] tickets) {
    super("steps", null);
    this.results = new StepResults(lanes);
    this.tickets = tickets;
  }

  @Override
  StageProgress progress(PhaseState state) {
    return state.steps();
  }

  @Override
  boolean awaitWork(PhaseState state, long n) {
    if (!state.awaitLaunched(n + 1)) {
      return false;
    }
    for (LaneTickets lane : tickets) {
      lane.awaitStep(n);
    }
    return true;
  }

  @Override
  Outcome run(PhaseState state, long n) {
    long number = state.numberInPhase(n);
    float loss = results.of(n).loss();
    if (state.phase().training() && !Float.isFinite(loss)) {
      throw new NonFiniteLossException(state.phase().firstStep() + number, loss);
    }
    state.phase().stepped(number, results);
    return Outcome.DONE;
  }
}
