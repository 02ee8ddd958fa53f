package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.memory.OwnedBuffers;

/**
 * A drawn batch that each new version scores, so that its memory and rows are there before the
 * first request. It is drawn once, and shared by all versions whose rows come one from the other:
 * drawing takes time proportional to the tables. One thread at a time.
 */
final class WarmUp implements AutoCloseable {

  private final OwnedBuffers buffers = new OwnedBuffers();
  private final Batch batch;
  private final float[] logits;

  WarmUp(ModelShape shape) {
    int batchSize = shape.step().batchSize();
    batch = new Batch(shape.schema(), batchSize, buffers);
    logits = new float[batchSize];
  }

  /** Draws the batch anew, from the trained rows. */
  void draw(RowReader rows, long seed) {
    new DrawnSamples(rows, seed).fill(batch, batch.capacity());
  }

  /** Scores the batch with each scorer of a version that nobody uses yet. */
  void run(ModelVersion version) {
    version.warm(batch, logits);
  }

  @Override
  public void close() {
    buffers.close();
  }
}
