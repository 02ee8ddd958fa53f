package dev.farsight.engine.pipeline;

import dev.farsight.api.data.Batch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Waits for each step of the lanes, checks the loss, and hands the results to the phase. Needs no
 * room. Not timed: the stage waits for the device, and the phase's work is small.
 */
final class StepsStage extends Stage {

  private final List<LaneParts> lanes;
  private final StepResults results;
  private final FirstSteps firstSteps;

  /** Tickets by lane. */
  private final LaneTickets[] tickets;

  /** By lane. */
  private final List<DeviceCall> calls;

  /** The lane whose step is awaited; -1 if none is. */
  private int awaitedLane = -1;

  StepsStage(List<LaneParts> lanes, LaneTickets[] tickets, FirstSteps firstSteps) {
    super("steps", null);
    this.lanes = lanes;
    this.results = new StepResults(lanes);
    this.tickets = tickets;
    this.firstSteps = firstSteps;
    calls = lanes.stream().map(parts -> parts.lane().watch().call("end a step")).toList();
  }

  @Override
  DeviceWatch watch() {
    return awaitedLane < 0 ? null : calls.get(awaitedLane).watch();
  }

  @Override
  List<DeviceCall> deviceCalls() {
    return calls.get(0).watch().alone() ? List.of() : calls;
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
    for (int lane = 0; lane < tickets.length; lane++) {
      awaitedLane = lane;
      calls.get(lane).begin();
      tickets[lane].awaitStep(n);
      calls.get(lane).end();
    }
    awaitedLane = -1;
    return true;
  }

  /** The devices of others may wait for the one whose step has failed. */
  @Override
  void failed(PhaseState state, Throwable failure) {
    if (awaitedLane >= 0) {
      Lane lane = lanes.get(awaitedLane).lane();
      lane.abort(lane.watch().named(failure));
    }
  }

  @Override
  Outcome run(PhaseState state, long n) {
    long number = state.numberInPhase(n);
    if (number == 0) {
      firstSteps.ended(state.phase());
    }
    float loss = results.of(n).loss();
    if (state.phase().training() && !Float.isFinite(loss)) {
      throw new NonFiniteLossException(
          state.phase().firstStep() + number, loss, ranksWithBadValues());
    }
    state.phase().stepped(number, results);
    return Outcome.DONE;
  }

  /** The ranks whose dense values are not all finite; empty if there is one rank. */
  private String ranksWithBadValues() {
    if (lanes.get(0).merge() == null) {
      return "";
    }
    return IntStream.range(0, lanes.size())
        .filter(rank -> !isFinite(results.batch(rank)))
        .mapToObj(rank -> lanes.get(rank).lane().watch().name())
        .collect(Collectors.joining(", "));
  }

  private static boolean isFinite(Batch batch) {
    int values = batch.samples() * batch.schema().denseWidth();
    return IntStream.range(0, values).allMatch(i -> Float.isFinite(batch.dense().get(i)));
  }
}
