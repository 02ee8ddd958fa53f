package dev.farsight.serving.model;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.predict.ModelVersion;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.request.Samples;

/**
 * A batch of samples of several requests, and their logits. One thread at a time; a carrier that is
 * used again.
 */
public final class ScoreBatch {

  private final Batch batch;
  private final float[] logits;
  private int count;

  ScoreBatch(Predictor predictor) {
    this.batch = predictor.newBatch();
    this.logits = new float[batch.capacity()];
  }

  /** Lookups of a feature that there is room for. */
  public int lookupRoom(int feature) {
    return batch.indices(feature).length;
  }

  public void clear() {
    count = 0;
  }

  public int count() {
    return count;
  }

  /** Adds samples of a request; there must be room. */
  public void add(Samples samples, int from, int some) {
    samples.copyTo(batch, from, some, count);
    count += some;
  }

  /** Scores the samples that were added. */
  public void score(ModelVersion version) {
    batch.samples(count);
    version.logits(batch, logits);
  }

  /** Copies logits, from position {@code at} on, to samples of a request. */
  public void copyLogits(int at, Samples samples, int from, int some) {
    System.arraycopy(logits, at, samples.logits(), from, some);
  }

  /** Scores a sample of zeros, which looks up row 0 of every table. */
  void scoreFirstRows(ModelVersion version) {
    var samples = new Samples(batch.schema());
    samples.begin(1);
    for (int f = 0; f < batch.schema().features().size(); f++) {
      if (samples.offsets(f) != null) {
        int lookups = batch.schema().features().get(f).minLookups();
        samples.roomForLookups(f, lookups);
        samples.offsets(f)[1] = lookups;
      }
    }
    clear();
    add(samples, 0, 1);
    score(version);
  }
}
