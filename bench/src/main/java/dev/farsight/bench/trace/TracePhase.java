package dev.farsight.bench.trace;

import dev.farsight.engine.cache.RowRequest;

/**
 * A stretch of batches between which the pipeline of a run does not come to rest: up to the next
 * evaluation or the end of an epoch, or one evaluation. The look-ahead does not see beyond it.
 *
 * @param number from 0, in the order of the run
 * @param epoch from 0; of an evaluation, the epoch that it follows
 * @param use {@code TRAIN} or {@code EVALUATE}
 * @param updates whether rows are changed
 */
public record TracePhase(int number, int epoch, RowRequest.Use use, boolean updates) {

  public boolean training() {
    return use == RowRequest.Use.TRAIN;
  }
}
