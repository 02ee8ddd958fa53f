package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.engine.process.OwnRanks;

/**
 * The samples of some ranks of every step: those of other processes are passed over. At the end of
 * the data, ranks may have no sample of a step of which others have some. Owns the pass. Used by
 * one thread.
 */
final class OwnSamples implements StepSource {

  private final BatchSource pass;
  private final int stepSamples;

  /** Samples of a step before those of these ranks. */
  private final int before;

  private final Within within = new Within();

  /** Samples read and passed over. */
  private long position;

  /** Samples before the next step. */
  private long nextStart;

  OwnSamples(BatchSource pass, OwnRanks ranks, int stepSamples) {
    this.pass = pass;
    this.stepSamples = stepSamples;
    before = stepSamples / ranks.all() * ranks.first();
  }

  @Override
  public BatchSchema schema() {
    return pass.schema();
  }

  @Override
  public boolean next(Batch batch) {
    long start = nextStart;
    nextStart += stepSamples;
    if (passTo(start + before, batch) && within.next(batch)) {
      return true;
    }
    StepSource.empty(batch);
    return position > start;
  }

  @Override
  public BatchSource withinStep() {
    return within;
  }

  @Override
  public long skip(long samples, Batch scratch) {
    if (!passTo(nextStart, scratch)) {
      return 0;
    }
    passTo(nextStart + samples, scratch);
    long skipped = position - nextStart;
    nextStart += skipped;
    return skipped;
  }

  /** Passes over samples; returns whether there were as many. */
  private boolean passTo(long target, Batch room) {
    if (target > position) {
      position += pass.skip(target - position, room);
    }
    return position == target;
  }

  @Override
  public long badRows() {
    return pass.badRows();
  }

  @Override
  public long truncatedBags() {
    return pass.truncatedBags();
  }

  @Override
  public void close() {
    pass.close();
  }

  /** The samples of the step that has begun. */
  private final class Within implements BatchSource {

    @Override
    public BatchSchema schema() {
      return pass.schema();
    }

    @Override
    public boolean next(Batch batch) {
      boolean there = pass.next(batch);
      position += there ? batch.samples() : 0;
      return there;
    }

    @Override
    public void close() {
      // The owner of the step's source closes it.
    }
  }
}
