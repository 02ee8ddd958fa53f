package dev.farsight.testkit.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.testkit.compute.RandomBatches;

/**
 * A data set of {@link RandomBatches}: any schema, samples drawn from a seed. Every epoch has the
 * same samples. A full batch has {@code batchSize} samples; only batches of that capacity can be
 * filled. For tests: allocates for each batch.
 */
public record RandomData(
    BatchSchema schema, int batchSize, long trainSamples, long evalSamples, long seed)
    implements DataSource {

  @Override
  public BatchSource train(int epoch) {
    return new Pass(trainSamples, seed);
  }

  @Override
  public BatchSource eval() {
    return new Pass(evalSamples, seed + 1);
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  private final class Pass implements BatchSource {

    private final RandomBatches batches;
    private long left;

    Pass(long samples, long seed) {
      left = samples;
      batches = new RandomBatches(schema, batchSize, HostBuffers.plain(), seed);
    }

    @Override
    public BatchSchema schema() {
      return schema;
    }

    @Override
    public boolean next(Batch into) {
      if (into.capacity() != batchSize) {
        throw new IllegalArgumentException(
            "a batch of " + into.capacity() + " samples, not " + batchSize);
      }
      int samples = (int) Math.min(left, batchSize);
      left -= samples;
      if (samples > 0) {
        copy(batches.next(samples), into);
      }
      return samples > 0;
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }

  private static void copy(Batch from, Batch to) {
    int samples = from.samples();
    int denseWidth = from.schema().denseWidth();
    to.dense().put(0, from.dense(), 0, samples * denseWidth);
    to.labels().put(0, from.labels(), 0, samples);
    if (from.weights() != null) {
      to.weights().put(0, from.weights(), 0, samples);
    }
    for (int f = 0; f < from.schema().features().size(); f++) {
      int lookups = from.lookups(f);
      to.requireRoom(f, lookups);
      System.arraycopy(from.indices(f), 0, to.indices(f), 0, lookups);
      if (from.offsets(f) != null) {
        System.arraycopy(from.offsets(f), 0, to.offsets(f), 0, samples + 1);
      }
      if (from.lookupWeights(f) != null) {
        to.lookupWeights(f).put(0, from.lookupWeights(f), 0, lookups);
      }
    }
    to.samples(samples);
  }
}
