package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.Table;

/**
 * The order of a batch's lookups by row. It is found on the device if a block has the shared memory
 * for it. If not, the host finds it, it is copied with the batch, and the device renumbers it.
 *
 * @param command makes the order, or renumbers it
 * @param onDevice whether the device finds the order
 */
record LookupOrdering(Command command, boolean onDevice) {

  /** They read where rows start; one warp of them does the rest. */
  private static final int THREADS = 256;

  /** Shared memory that a block needs: a cursor for each unique row that a table can have. */
  static int sharedBytes(StepSpec spec) {
    int rows = 0;
    for (Table table : spec.schema().tables().tables()) {
      rows = Math.max(rows, Math.min(table.rows(), spec.batchSize()));
    }
    return Integer.BYTES * rows;
  }

  static LookupOrdering of(Kernels kernels, StepSpec spec, Gpu gpu) {
    int bytes = sharedBytes(spec);
    boolean onDevice = bytes <= gpu.sharedBytes();
    Launch launch =
        onDevice
            ? Launch.ofBatch(Stage.ORDER, kernels, "order_lookups", bytes)
                .grid(spec.schema().features().size(), 1)
            : Launch.ofBatch(Stage.ORDER, kernels, "renumber_lookups", 0)
                .grid(gpu.multiprocessors(), 1);
    return new LookupOrdering(launch.block(THREADS, 1), onDevice);
  }
}
