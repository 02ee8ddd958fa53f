package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;

/** The command that makes the rows of features a value, pooled where they are bags. */
final class Bags {

  private static final int BLOCKS_EACH = 8;

  private final StepKernels kernels;
  private final StepValues values;

  /** Address of the rows. */
  private final long rows;

  private final boolean pooled;

  /** Address of the places of the largest values; 0 where there are none, or nothing learns. */
  private final long winners;

  /**
   * @param rows address of the weights that lookups refer to
   * @param learns whether rows are updated
   */
  Bags(
      StepKernels kernels,
      StepValues values,
      long rows,
      BagShape shape,
      boolean learns,
      DeviceMemory memory) {
    this.kernels = kernels;
    this.values = values;
    this.rows = rows;
    pooled = shape.pooled();
    winners =
        shape.maxes() && learns
            ? memory.allocate("places of largest values", shape.winners() * Integer.BYTES)
            : 0;
  }

  Command forward(Op.EmbeddingBag op) {
    Value y = values.make(op.output());
    Launch launch =
        pooled
            ? kernels.ofBatch(Stage.POOLING, "bags_forward", rows, y.address(), y.ld(), winners)
            : kernels.ofBatch(Stage.VALUES, "bag_forward", rows, y.address(), y.ld());
    return kernels.strided(BLOCKS_EACH, launch);
  }

  /** What the gradients of rows need of {@link #forward}. */
  long winners() {
    return winners;
  }
}
