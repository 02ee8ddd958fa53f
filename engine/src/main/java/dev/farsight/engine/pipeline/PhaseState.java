package dev.farsight.engine.pipeline;

import java.util.Arrays;

/**
 * The state of the phase in progress: the phase, the numbers of its batches, and the progress of
 * each stage. The object is immutable; the progresses advance. Each phase has a new object.
 *
 * <p>Batches are numbered over the life of the cache; a phase's batches follow those of the phase
 * before.
 */
final class PhaseState {

  private final Phase phase;
  private final long first;
  private final long end;
  private final StageProgress read;
  private final StageProgress dedupe;
  private final StageProgress plan;
  private final StageProgress order;
  private final StageProgress steps;
  private final LaneProgress[] lanes;

  /**
   * @param first number of the phase's first batch
   * @param lanes number of lanes
   */
  PhaseState(Phase phase, long first, int lanes) {
    this.phase = phase;
    this.first = first;
    end = phase.maxBatches() > Long.MAX_VALUE - first ? Long.MAX_VALUE : first + phase.maxBatches();
    read = new StageProgress(first);
    dedupe = new StageProgress(first);
    plan = new StageProgress(first);
    order = new StageProgress(first);
    steps = new StageProgress(first);
    this.lanes = new LaneProgress[lanes];
    Arrays.setAll(this.lanes, lane -> LaneProgress.startingAt(first));
  }

  Phase phase() {
    return phase;
  }

  /** Number of the phase's first batch. */
  long first() {
    return first;
  }

  /** Number of the batch after the last that the phase may read. */
  long end() {
    return end;
  }

  /** Number of batch {@code n} within the phase, from 0. */
  long numberInPhase(long n) {
    return n - first;
  }

  StageProgress read() {
    return read;
  }

  StageProgress dedupe() {
    return dedupe;
  }

  StageProgress plan() {
    return plan;
  }

  StageProgress order() {
    return order;
  }

  StageProgress steps() {
    return steps;
  }

  LaneProgress lane(int lane) {
    return lanes[lane];
  }

  /** Waits until every lane has begun all moves below {@code number}; false if none will. */
  boolean awaitMoved(long number) {
    for (LaneProgress lane : lanes) {
      if (!lane.move().await(number)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #awaitMoved}, for steps. */
  boolean awaitLaunched(long number) {
    for (LaneProgress lane : lanes) {
      if (!lane.launch().await(number)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #awaitMoved}, for write-backs. */
  boolean awaitWrittenBack(long number) {
    for (LaneProgress lane : lanes) {
      if (!lane.writeBack().await(number)) {
        return false;
      }
    }
    return true;
  }

  /** Number of the first batch whose moves no lane has begun. */
  long firstUnmoved() {
    long unmoved = first;
    for (LaneProgress lane : lanes) {
      unmoved = Math.max(unmoved, lane.move().done());
    }
    return unmoved;
  }
}
