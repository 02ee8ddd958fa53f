package dev.farsight.engine.pipeline;

import java.util.Arrays;

/**
 * The state of the phase in progress: the phase, the numbers of its batches, and the progress of
 * each stage. Each phase has a new object, of which only the progresses advance, and the end may
 * come closer.
 *
 * <p>Batches are numbered over the life of the cache; a phase's batches follow those of the phase
 * before.
 */
final class PhaseState {

  private final Phase phase;
  private final long first;
  private volatile long end;
  private final StageProgress steps;
  private final LaneProgress[] lanes;
  private final LaunchGate gate;

  /**
   * @param first number of the phase's first batch
   * @param lanes number of lanes
   */
  PhaseState(Phase phase, long first, int lanes) {
    this.phase = phase;
    this.first = first;
    end = phase.maxBatches() > Long.MAX_VALUE - first ? Long.MAX_VALUE : first + phase.maxBatches();
    steps = new StageProgress(first);
    this.lanes = new LaneProgress[lanes];
    Arrays.setAll(this.lanes, lane -> LaneProgress.startingAt(first));
    gate = new LaunchGate(first);
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

  /** Ends the phase before a batch that nobody has read. One thread. */
  void endAt(long n) {
    end = Math.min(end, n);
  }

  /** Number of batch {@code n} within the phase, from 0. */
  long numberInPhase(long n) {
    return n - first;
  }

  /** Rank 0 has read its samples of a batch. */
  StageProgress read() {
    return lanes[0].read();
  }

  StageProgress steps() {
    return steps;
  }

  int lanes() {
    return lanes.length;
  }

  LaneProgress lane(int lane) {
    return lanes[lane];
  }

  /** Decides which batches the lanes begin. */
  LaunchGate gate() {
    return gate;
  }

  /** Waits until the unique rows of batch {@code n} are found for all ranks; false if not. */
  boolean awaitDeduped(long n) {
    for (LaneProgress lane : lanes) {
      if (!lane.dedupe().await(n + 1)) {
        return false;
      }
    }
    return true;
  }

  /** Waits until it is known what all ranks do with the rows of batch {@code n}; false if not. */
  boolean awaitMerged(long n) {
    for (LaneProgress lane : lanes) {
      if (!lane.merge().await(n + 1)) {
        return false;
      }
    }
    return true;
  }

  /** Waits until batch {@code n} is ready for all lanes; false if it will not be. */
  boolean awaitReady(long n) {
    for (LaneProgress lane : lanes) {
      if (!lane.fetch().await(n + 1) || !lane.order().await(n + 1)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Waits until the rows that all plans below {@code number} evict are in the store; false if not.
   */
  boolean awaitWrittenBack(long number) {
    for (LaneProgress lane : lanes) {
      if (!lane.writeBack().await(number)) {
        return false;
      }
    }
    return true;
  }

  /** Waits until every lane was given all steps below {@code number}; false if not. */
  boolean awaitLaunched(long number) {
    for (LaneProgress lane : lanes) {
      if (!lane.launch().await(number)) {
        return false;
      }
    }
    return true;
  }
}
