package dev.farsight.engine.run;

import dev.farsight.api.data.DataSource;

/**
 * When a run evaluates, takes checkpoints and ends, as a function of the steps trained. Immutable.
 *
 * @param maxSteps steps of the whole run; 0: no limit
 * @param evalEvery steps from one evaluation to the next; 0: none during training
 * @param checkpointEvery steps from one checkpoint to the next; 0: none by steps
 */
record TrainingSchedule(long maxSteps, long evalEvery, long checkpointEvery) {

  /** Steps until something is due after {@code steps}; {@link Long#MAX_VALUE} if nothing is. */
  long stepsUntilNext(long steps) {
    long toEnd = maxSteps == 0 ? Long.MAX_VALUE : Math.max(0, maxSteps - steps);
    return Math.min(
        toEnd, Math.min(toMultiple(evalEvery, steps), toMultiple(checkpointEvery, steps)));
  }

  private static long toMultiple(long every, long steps) {
    return every == 0 ? Long.MAX_VALUE : every - steps % every;
  }

  /** Whether an evaluation is due after {@code steps}. */
  boolean isEvaluationDue(long steps) {
    return evalEvery > 0 && steps % evalEvery == 0;
  }

  /** Whether a checkpoint is due after {@code steps}. */
  boolean isCheckpointDue(long steps) {
    return checkpointEvery > 0 && steps % checkpointEvery == 0;
  }

  /** Whether the run ends after {@code steps}. */
  boolean isEnd(long steps) {
    return maxSteps > 0 && steps >= maxSteps;
  }

  /**
   * Steps of the whole run at most, given the samples of an epoch; 0 if there is no telling, since
   * these are {@link DataSource#UNKNOWN} and no step is the last.
   */
  long totalSteps(long trainSamples, int batchSize, int epochs) {
    if (trainSamples == DataSource.UNKNOWN) {
      return maxSteps;
    }
    long all = (trainSamples + batchSize - 1) / batchSize * epochs;
    return maxSteps == 0 ? all : Math.min(all, maxSteps);
  }
}
