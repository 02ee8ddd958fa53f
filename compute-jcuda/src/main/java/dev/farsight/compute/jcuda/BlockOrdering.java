package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.data.Batch;
import java.util.List;

/**
 * The order of order.cu, where a {@linkplain BlockForEachTable#orders block takes a table}: with a
 * cursor for each of its unique rows in shared memory.
 */
final class BlockOrdering implements LookupOrdering {

  /** They read where rows start; one warp of them does the rest. */
  private static final int THREADS = 256;

  private final Launch launch;

  /**
   * @param step the kernels of the step
   */
  BlockOrdering(Kernels step, StepSpec spec) {
    int bytes = BlockForEachTable.orderingBytes(spec);
    launch =
        Launch.ofBatch(Stage.ORDER, step, "order_lookups", bytes)
            .grid(spec.schema().features().size(), 1)
            .block(THREADS, 1);
  }

  @Override
  public void enqueue(long input, Batch batch, int uniqueRows, Stream stream) {
    launch.enqueue(stream, input);
  }

  @Override
  public List<Kernels> modules() {
    return List.of();
  }
}
