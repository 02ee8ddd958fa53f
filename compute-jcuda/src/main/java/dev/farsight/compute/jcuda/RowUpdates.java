package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.List;

/** The commands that sum the gradients of each row's lookups and update it on its slot. */
final class RowUpdates {

  /** As in rows.cu. */
  private static final int CHUNK = 32;

  /** Ints that a step counts in: chunks, rows of many lookups, weights that saturated. */
  private static final int COUNTS = 3;

  private RowUpdates() {}

  /** Chunks that rows of more than a chunk's lookups can have at most. */
  static long maxChunks(StepSpec spec) {
    return 2 * lookups(spec) / CHUNK + 1;
  }

  /** Rows of more than a chunk's lookups that there can be at most. */
  static long maxLarge(StepSpec spec) {
    return lookups(spec) / CHUNK + 1;
  }

  private static long lookups(StepSpec spec) {
    return spec.schema().maxLookups(spec.batchSize());
  }

  /** Device memory taken. */
  static long bytes(StepSpec spec) {
    return maxChunks(spec) * (8 + spec.format().dim() * (long) Float.BYTES) + maxLarge(spec) * 16;
  }

  /**
   * @param gradient of the bags
   * @param winners address of the places of their largest values, or 0
   * @param halted address of the flag that keeps rows from being updated
   */
  static List<Command> of(
      StepKernels kernels,
      StepSpec spec,
      JcudaSlots slots,
      Value gradient,
      long winners,
      long halted,
      DeviceMemory memory) {
    long counts = memory.allocate("counts of chunks", COUNTS * Integer.BYTES);
    long saturated = counts + 2 * Integer.BYTES;
    long chunks = memory.allocate("chunks of lookups", maxChunks(spec) * 8);
    long large = memory.allocate("rows of many lookups", maxLarge(spec) * 16);
    long sums =
        memory.allocate("sums of chunks", maxChunks(spec) * spec.format().dim() * Float.BYTES);
    var commands = new ArrayList<Command>();
    commands.add(new Fill(Stage.ROWS, counts, COUNTS));
    commands.add(
        kernels.strided(2, kernels.ofBatch(Stage.ROWS, "rows_plan", counts, chunks, large)));
    commands.add(
        kernels.strided(
            8,
            kernels.ofBatch(
                Stage.ROWS,
                "rows_sum",
                halted,
                counts,
                chunks,
                gradient.address(),
                gradient.ld(),
                winners,
                sums,
                slots.weights(),
                slots.state(),
                saturated)));
    commands.add(
        kernels.strided(
            4,
            kernels.ofBatch(
                Stage.ROWS,
                "rows_combine",
                halted,
                counts,
                large,
                sums,
                slots.weights(),
                slots.state(),
                saturated)));
    if (spec.format().precision() != RowFormat.Precision.FP32) {
      commands.add(kernels.ofBatch(Stage.ROWS, "saturated_out", saturated));
    }
    return commands;
  }
}
