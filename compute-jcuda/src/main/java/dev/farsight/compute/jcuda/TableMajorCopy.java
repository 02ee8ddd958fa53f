package dev.farsight.compute.jcuda;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.nio.IntBuffer;

/**
 * Copies the indices of batches to pinned memory, in the order of {@link SearchPlan}. A copy of
 * many lookups is cut into slices for a small team of threads. One copy at a time.
 */
final class TableMajorCopy implements AutoCloseable {

  private static final int SLICE = 1 << 16;
  private static final int MOST_THREADS = 4;

  /** A thread copies this many lookups in a millisecond or less. */
  private static final int FEW_LOOKUPS = 1 << 20;

  private final Workers workers;
  private final Workers.Task slice = this::copySlice;
  private Batch batch;
  private SearchPlan plan;
  private IntBuffer target;

  TableMajorCopy(BatchSchema schema, int batchSize) {
    int quarter = Runtime.getRuntime().availableProcessors() / 4;
    boolean few = schema.maxLookups(batchSize) <= FEW_LOOKUPS;
    int threads = few ? 1 : Math.max(1, Math.min(MOST_THREADS, quarter));
    workers = new Workers("indices", threads, Workers.SHORT_SPIN_NANOS);
  }

  /**
   * @param plan of the batch
   */
  void copy(Batch batch, SearchPlan plan, IntBuffer target) {
    this.batch = batch;
    this.plan = plan;
    this.target = target;
    workers.run((int) ((batch.lookups() + SLICE - 1L) / SLICE), slice);
  }

  private void copySlice(int number, int worker) {
    long from = (long) number * SLICE;
    long end = Math.min(batch.lookups(), from + SLICE);
    for (int place = 0; place < batch.schema().features().size(); place++) {
      int first = plan.firstPosition(place);
      long begin = Math.max(from, first);
      long stop = Math.min(end, plan.firstPosition(place + 1));
      if (begin < stop) {
        int[] indices = batch.indices(plan.feature(place));
        target.put((int) begin, indices, (int) begin - first, (int) (stop - begin));
      }
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
