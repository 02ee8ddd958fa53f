package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;

/**
 * Whether each step has a sample with a weight. The loss of a step is divided by the sum of the
 * weights of all its samples. With several ranks a step reads a batch for each of them, and a rank
 * may have weights of 0 alone if another has more. Allocates nothing. Used by one thread.
 */
final class StepWeights {

  private final int stepSamples;

  /** Of the step that is being read. */
  private int samples;

  private boolean weighed;

  /** Read and skipped. */
  private long steps;

  /**
   * @param stepSamples how many samples a full step has
   */
  StepWeights(int stepSamples) {
    this.stepSamples = stepSamples;
  }

  /**
   * A batch was read. One that is not full is the last.
   *
   * @return false if it is the last of a step without a weight
   */
  boolean add(Batch batch) {
    samples += batch.samples();
    weighed = weighed || hasWeight(batch);
    boolean more = samples < stepSamples && batch.samples() == batch.capacity();
    return more || end();
  }

  private static boolean hasWeight(Batch batch) {
    return batch.weights() == null || FirstWrong.someNotZero(batch.weights(), batch.samples());
  }

  /**
   * No sample of the step is left.
   *
   * @return false if there were some, all without a weight
   */
  boolean end() {
    boolean fine = samples == 0 || weighed;
    steps += samples == 0 ? 0 : 1;
    samples = 0;
    weighed = false;
    return fine;
  }

  /** Samples of whole steps were skipped. */
  void skipped(long count) {
    steps += (count + stepSamples - 1) / stepSamples;
    samples = 0;
    weighed = false;
  }

  /** The number of the step that ended last, from 1. */
  long last() {
    return steps;
  }
}
