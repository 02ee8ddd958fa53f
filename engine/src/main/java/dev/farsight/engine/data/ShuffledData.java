package dev.farsight.engine.data;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;

/**
 * A data source whose training samples come in another order each epoch ({@code data.shuffle}):
 * consecutive blocks of a number of samples, each permuted in itself as {@link SampleOrder} says.
 * The evaluation part keeps its order. Owns the source.
 *
 * <p><b>Memory.</b> Two blocks of a pass; see {@link #forecast}.
 */
public final class ShuffledData extends ForwardingDataSource {

  private final int blockSamples;
  private final long seed;

  /**
   * @param blockSamples samples of a block; the last one of an epoch may have fewer
   * @param seed of the orders
   */
  public ShuffledData(DataSource source, int blockSamples, long seed) {
    super(source);
    this.blockSamples = blockSamples;
    this.seed = seed;
  }

  @Override
  public boolean readsInParts() {
    return false;
  }

  /** A stretch of the source has other samples than the same one of a pass. */
  @Override
  public boolean readsStretches() {
    return false;
  }

  @Override
  public BatchSource train(int epoch) {
    return new ShuffledPass(
        super.train(epoch), schema(), new SampleOrder(seed, epoch), blockSamples);
  }

  /**
   * The memory of a pass, at most: two blocks, and the batch that is read. Lookups are reckoned by
   * the room that batches have for them, so {@code data.max-lookups} lowers it; what is taken is
   * what the bags really have.
   *
   * @param trainSamples samples of the training part, or {@link DataSource#UNKNOWN}
   */
  public static MemoryForecast forecast(
      BatchSchema schema, int blockSamples, int batchSize, long trainSamples) {
    if (blockSamples == ShuffleSetting.NONE || blockSamples == ShuffleSetting.FULL) {
      return MemoryForecast.none();
    }
    long all = trainSamples == UNKNOWN ? Long.MAX_VALUE : trainSamples;
    long first = Math.min(all, blockSamples);
    long second = Math.min(all - first, blockSamples);
    long bytes =
        SampleInts.heapBytes(schema, first, batchSize)
            + SampleInts.heapBytes(schema, second, batchSize)
            + Batch.heapBytes(schema, batchSize)
            + Batch.bufferBytes(schema, batchSize);
    return MemoryForecast.of(Tier.HEAP, "samples to shuffle, at most", bytes);
  }
}
