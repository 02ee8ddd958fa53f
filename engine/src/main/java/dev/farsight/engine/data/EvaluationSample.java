package dev.farsight.engine.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.process.OwnRanks;

/**
 * The part of the evaluation samples that evaluations during training use ({@code
 * train.eval-samples}): whole batches at equal distances, the same ones each time. Of n batches, k
 * are used: numbers floor((2 j + 1) n / 2 k) for j from 0 to k - 1. Immutable.
 */
public final class EvaluationSample {

  private final DataSource data;
  private final int batchSize;
  private final long allBatches;
  private final long batches;

  /**
   * @param wanted how many samples, at least; 0: all. If the data has no more, or only a pass tells
   *     how many it has, all of them
   */
  public EvaluationSample(DataSource data, long wanted, int batchSize) {
    this.data = data;
    this.batchSize = batchSize;
    allBatches = batches(Math.max(0, data.evalSamples()));
    batches = wanted == 0 ? allBatches : Math.min(allBatches, batches(wanted));
  }

  private long batches(long samples) {
    return samples / batchSize + (samples % batchSize == 0 ? 0 : 1);
  }

  /** Whether these are all samples for evaluation. */
  public boolean isAll() {
    return batches == allBatches;
  }

  /** How many samples these are, if none is malformed; 0 if unknown. */
  public long samples() {
    long all = Math.max(0, data.evalSamples());
    boolean withLast = batches > 0 && number(batches - 1) == allBatches - 1;
    return batches * batchSize - (withLast ? allBatches * batchSize - all : 0);
  }

  /** The number of a batch that is used, among all. */
  private long number(long used) {
    return (2 * used + 1) * allBatches / (2 * batches);
  }

  /** Opens a pass over these samples. */
  public BatchSource open() {
    return open(OwnRanks.all(1));
  }

  /** As {@link #open()}, for some ranks among several. */
  public BatchSource open(OwnRanks ranks) {
    BatchSource all = StepPass.of(data, ranks, batchSize, data::eval);
    return isAll() ? all : new Pass(all);
  }

  /** Passes over the batches between those that are used. Owns the source. */
  private final class Pass implements StepSource {

    private final BatchSource source;

    /** Batches given so far. */
    private long used;

    /** The number of the source's next batch. */
    private long next;

    Pass(BatchSource source) {
      this.source = source;
    }

    @Override
    public BatchSchema schema() {
      return source.schema();
    }

    @Override
    public boolean next(Batch batch) {
      if (used == batches) {
        return false;
      }
      long number = number(used++);
      long between = (number - next) * batchSize;
      next = number + 1;
      boolean there = between == 0 || source.skip(between, batch) == between;
      return there && source.next(batch);
    }

    @Override
    public BatchSource withinStep() {
      return StepSource.withinStep(source);
    }

    @Override
    public long badRows() {
      return source.badRows();
    }

    @Override
    public long truncatedBags() {
      return source.truncatedBags();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
