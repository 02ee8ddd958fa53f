package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.Table;

/**
 * The order of a batch's lookups by row, found on the device where a block has the shared memory
 * for it; elsewhere the host finds it, and it is copied with the batch.
 */
final class LookupOrdering {

  /** They read where rows start; one warp of them does the rest. */
  private static final int THREADS = 256;

  private LookupOrdering() {}

  /** Shared memory that a block needs: a cursor for each unique row that a table can have. */
  static int sharedBytes(StepSpec spec) {
    int rows = 0;
    for (Table table : spec.schema().tables().tables()) {
      rows = Math.max(rows, Math.min(table.rows(), spec.batchSize()));
    }
    return Integer.BYTES * rows;
  }

  /** The command that orders the lookups of a batch; null where the host has to. */
  static Command of(Kernels kernels, StepSpec spec, Gpu gpu) {
    int bytes = sharedBytes(spec);
    if (bytes > gpu.sharedBytes()) {
      return null;
    }
    return Launch.ofBatch(Stage.ORDER, kernels, "order_lookups", bytes)
        .grid(spec.schema().features().size(), 1)
        .block(THREADS, 1);
  }
}
