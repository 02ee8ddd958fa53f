package dev.farsight.engine.pipeline;

import java.util.List;

/**
 * One stage of the pipeline. {@link StageThreads} runs it on a thread of its own: for each batch
 * the thread waits for work, waits for room, runs the body under the stage's clock, and publishes
 * the batch in the stage's progress.
 *
 * <p>A stage is created once and used for every phase. Its methods are called on the stage's
 * thread, {@link #begin} before that thread starts. No method may allocate once the pipeline is
 * warm.
 */
abstract class Stage {

  /** What the body did with a batch. */
  enum Outcome {
    /** The batch is done. The next one follows. */
    DONE,
    /** There was no batch. The stage ends. */
    NONE
  }

  private final String name;

  /** Null if the stage's work is not timed. */
  private final Clock clock;

  /** Of the rank that the stage works for; null if it works for all. */
  private final DeviceWatch watch;

  /**
   * A stage that works for all ranks.
   *
   * @param name the stage's thread is named {@code farsight-NAME}
   * @param clock null if the stage's work is not timed
   */
  Stage(String name, Clock clock) {
    this.name = name;
    this.clock = clock;
    watch = null;
  }

  /**
   * A stage that works for one rank.
   *
   * @param role the stage's thread is named {@code farsight-ROLE}; with several ranks, the rank is
   *     added
   * @param work what the clock calls the stage's work
   */
  Stage(List<LaneParts> lanes, int laneIndex, String role, String work) {
    name = lanes.size() == 1 ? role : role + "@" + lanes.get(laneIndex).rank();
    clock = new Clock(work, lanes.get(laneIndex).trace());
    watch = lanes.get(laneIndex).lane().watch();
  }

  final String name() {
    return name;
  }

  final Clock clock() {
    return clock;
  }

  /** Of the rank that the stage works for just now; null if it works for all. */
  DeviceWatch watch() {
    return watch;
  }

  /** The calls that the stage makes into devices; none if they are not watched. */
  List<DeviceCall> deviceCalls() {
    return List.of();
  }

  /** A phase begins. */
  void begin(PhaseState state) {
    deviceCalls().forEach(DeviceCall::reset);
    if (clock != null) {
      clock.reset();
    }
  }

  /** The progress in which done batches are published. */
  abstract StageProgress progress(PhaseState state);

  /** The stage has failed. Called on its thread, or on another if it could not be started. */
  void failed(PhaseState state, Throwable failure) {}

  /** The stage has ended: finishes every progress that it publishes. */
  void finish(PhaseState state) {
    progress(state).finish();
  }

  /** Waits until batch {@code n} is there for this stage; false if it will not be. */
  abstract boolean awaitWork(PhaseState state, long n);

  /** Waits until later stages have left room for batch {@code n}; false if they will not. */
  boolean awaitRoom(PhaseState state, long n) {
    return true;
  }

  /**
   * Whether a stop ends the stage before its next batch. Other stages go on until the stage before
   * them has ended.
   */
  boolean endsOnStop() {
    return false;
  }

  /** Processes batch {@code n}. */
  abstract Outcome run(PhaseState state, long n);
}
