package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/** A pass over data that knows how far it has come. Owns the pass. Used by one thread. */
final class CountedPass implements BatchSource {

  private final BatchSource pass;

  /** Samples read and passed over. */
  private long position;

  CountedPass(BatchSource pass) {
    this.pass = pass;
  }

  long position() {
    return position;
  }

  /**
   * Passes over samples up to a position.
   *
   * @param room for a batch; what is in it is lost
   * @return whether there were as many samples
   */
  boolean passTo(long target, Batch room) {
    if (target > position) {
      position += pass.skip(target - position, room);
    }
    return position == target;
  }

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
