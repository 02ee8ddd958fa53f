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

  private final CountedPass pass;
  private final int stepSamples;

  /** Samples of a step before those of these ranks. */
  private final int before;

  /** Samples before the next step. */
  private long nextStart;

  OwnSamples(BatchSource pass, OwnRanks ranks, int stepSamples) {
    this.pass = new CountedPass(pass);
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
    if (pass.passTo(start + before, batch) && pass.next(batch)) {
      return true;
    }
    StepSource.empty(batch);
    return pass.position() > start;
  }

  @Override
  public BatchSource withinStep() {
    return pass;
  }

  @Override
  public long skip(long samples, Batch scratch) {
    if (!pass.passTo(nextStart, scratch)) {
      return 0;
    }
    pass.passTo(nextStart + samples, scratch);
    long skipped = pass.position() - nextStart;
    nextStart += skipped;
    return skipped;
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
}
