package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import java.util.List;

/**
 * The commands that update the rows of this rank by the gradients of the bags that look them up,
 * where ranks exchange sums of bags: as {@link RowUpdates}, over the lookups of all ranks.
 */
final class LookupUpdates {

  private final JcudaSlots slots;
  private final long counts;
  private final long chunks;
  private final long large;
  private final long sums;

  LookupUpdates(StepSpec spec, JcudaSlots slots, DeviceMemory memory) {
    this.slots = slots;
    counts = memory.allocate("counts of chunks", 2 * Integer.BYTES);
    chunks = memory.allocate("chunks of lookups", maxChunks(spec) * 8);
    large = memory.allocate("rows of many lookups", maxLarge(spec) * 16);
    sums = memory.allocate("sums of chunks", maxChunks(spec) * spec.format().dim() * Float.BYTES);
  }

  private static long maxChunks(StepSpec spec) {
    return 2L * spec.exchange().sums().maxLookups() / RowUpdates.CHUNK + 1;
  }

  private static long maxLarge(StepSpec spec) {
    return (long) spec.exchange().sums().maxLookups() / RowUpdates.CHUNK + 1;
  }

  /** Device memory taken. */
  static long bytes(StepSpec spec) {
    return maxChunks(spec) * (8 + spec.format().dim() * (long) Float.BYTES) + maxLarge(spec) * 16;
  }

  /**
   * @param halted address of the flag that keeps rows from being updated
   * @param saturated address of the count of saturated weights
   */
  List<Command> commands(StepKernels kernels, RankExchange exchange, long halted, long saturated) {
    long weights = slots.weights();
    long state = slots.state();
    Launch plan = kernels.ofBatch(Stage.ROWS, "lookups_plan", counts, chunks, large);
    Launch sum =
        kernels.ofBatch(
            Stage.ROWS,
            "lookups_sum",
            halted,
            counts,
            chunks,
            exchange.bagGradients(),
            sums,
            weights,
            state,
            saturated);
    Launch combine =
        kernels.ofBatch(
            Stage.ROWS, "lookups_combine", halted, counts, large, sums, weights, state, saturated);
    return List.of(
        new Fill(Stage.ROWS, counts, 2),
        kernels.strided(2, plan),
        kernels.strided(8, sum),
        kernels.strided(4, combine));
  }
}
