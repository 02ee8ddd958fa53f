package dev.farsight.engine.data;

import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ForwardingDataSource;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.table.InitialRows;

/**
 * A data source whose training samples come in the order of {@linkplain SplitOrder splits} ({@code
 * data.splits}). To pass over samples costs nothing, and opens no split. Samples of each split may
 * be shuffled by themselves. The evaluation part keeps its order. Owns the source.
 */
final class SplitsData extends ForwardingDataSource {

  private final Order order;

  /**
   * How samples are ordered.
   *
   * @param stepSamples samples of a step, a multiple of {@code splits}
   * @param blockSamples samples of a split that are shuffled together; {@link ShuffleSetting#NONE}
   *     if they keep their order
   * @param seed of the orders in blocks
   */
  record Order(int splits, int stepSamples, int blockSamples, long seed) {}

  /**
   * @param source one that {@linkplain DataSource#readsStretches reads stretches}
   */
  SplitsData(DataSource source, Order order) {
    super(source);
    this.order = order;
  }

  /** A stretch of the source has other samples than the same one of a pass. */
  @Override
  public boolean readsStretches() {
    return false;
  }

  @Override
  public BatchSource train(int epoch) {
    var splits = new SplitOrder(trainSamples(), order.splits(), order.stepSamples());
    return new SplitsPass(schema(), splits, split -> open(splits, split, epoch));
  }

  private BatchSource open(SplitOrder splits, int split, int epoch) {
    long start = splits.start(split);
    BatchSource samples = stretch(epoch, start, start + splits.length(split));
    if (order.blockSamples() == ShuffleSetting.NONE) {
      return samples;
    }
    try {
      long seed = InitialRows.mix64(order.seed()) + split;
      return new ShuffledPass(
          samples, schema(), new SampleOrder(seed, epoch), order.blockSamples());
    } catch (RuntimeException | Error e) {
      Closing.after(e, samples);
      throw e;
    }
  }

  /** Any order of all samples would be another one. */
  @Override
  public boolean seeks() {
    return false;
  }

  /** Splits are read side by side. */
  @Override
  public long passBytes() {
    return super.passBytes() * order.splits();
  }

  /**
   * The memory of a pass, at most: samples that were read of each split.
   *
   * @param splits how many there are
   * @param batches how many hold samples of a split
   */
  static MemoryForecast forecast(BatchSchema schema, int splits, int stepSamples, int batches) {
    if (splits == SplitsSetting.NONE) {
      return MemoryForecast.none();
    }
    int room = SplitReader.room(stepSamples / splits);
    return MemoryForecast.of(
        Tier.HEAP,
        "samples of splits, at most",
        (long) splits
            * batches
            * (Batch.heapBytes(schema, room) + Batch.bufferBytes(schema, room)));
  }
}
