package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.table.RowFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The commands that sum the gradients of each row's lookups and update it on its slot; where
 * several ranks share the step, in two halves.
 */
final class RowUpdates {

  /** As in rows.cu. */
  static final int CHUNK = 32;

  /** Ints that a step counts in: chunks, rows of many lookups, weights that saturated. */
  private static final int COUNTS = 3;

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
    return maxChunks(spec) * (8 + spec.format().dim() * (long) Float.BYTES)
        + maxLarge(spec) * 16
        + (new BagShape(spec).sums() ? LookupUpdates.bytes(spec) : 0);
  }

  private final StepKernels kernels;

  /** Those that read and update what slots hold. */
  private final StepKernels owned;

  private final StepSpec spec;
  private final JcudaSlots slots;
  private final long halted;
  private final long counts;
  private final long saturated;
  private final long chunks;
  private final long large;
  private final long sums;

  /** Null if no sums of bags are exchanged. */
  private final LookupUpdates lookups;

  /**
   * @param owned the kernels that read and update what slots hold
   * @param halted address of the flag that keeps rows from being updated
   */
  RowUpdates(
      StepKernels kernels,
      StepKernels owned,
      StepSpec spec,
      JcudaSlots slots,
      long halted,
      DeviceMemory memory) {
    this.kernels = kernels;
    this.owned = owned;
    this.spec = spec;
    this.slots = slots;
    this.halted = halted;
    counts = memory.allocate("counts of chunks", COUNTS * Integer.BYTES);
    saturated = counts + 2 * Integer.BYTES;
    chunks = memory.allocate("chunks of lookups", maxChunks(spec) * 8);
    large = memory.allocate("rows of many lookups", maxLarge(spec) * 16);
    sums = memory.allocate("sums of chunks", maxChunks(spec) * spec.format().dim() * Float.BYTES);
    lookups = new BagShape(spec).sums() ? new LookupUpdates(spec, slots, memory) : null;
  }

  /**
   * The commands that sum and update.
   *
   * @param gradient of the bags
   * @param winners address of the places of their largest values, or 0
   */
  List<Command> commands(Value gradient, long winners) {
    long weights = slots.weights();
    long state = slots.state();
    List<Command> commands = plan();
    commands.add(sum(8, gradient, winners, weights, state, saturated));
    commands.add(combine(weights, state, saturated));
    addSaturated(commands);
    return commands;
  }

  /** The commands that sum, and send each sum to the owner of its row. */
  List<Command> sums(Value gradient, long winners, RankExchange exchange) {
    List<Command> commands = plan();
    // Fewer blocks, so that there is room for others beside them.
    commands.add(sum(4, gradient, winners, exchange.routes(), exchange.rank()));
    commands.add(combine(exchange.routes(), exchange.rank()));
    if (exchange.sums()) {
      commands.add(exchange.sendBagGradients(kernels, halted, gradient));
    }
    return commands;
  }

  /** The commands that update the rows of this rank by what all ranks have sent. */
  List<Command> ofOwned(RankExchange exchange) {
    if (exchange.shape().columns()) {
      return ofColumns(exchange);
    }
    List<Command> commands = new ArrayList<>();
    commands.add(
        kernels.strided(
            8,
            kernels.ofBatch(
                Stage.ROWS,
                "rows_update",
                halted,
                exchange.gradients(),
                slots.weights(),
                slots.state(),
                saturated,
                exchange.rank())));
    if (lookups != null) {
      commands.addAll(lookups.commands(kernels, exchange, halted, saturated));
    }
    addSaturated(commands);
    return commands;
  }

  /** Waits for the other ranks where something depends on whole rows. */
  private List<Command> ofColumns(RankExchange exchange) {
    long received = exchange.gradients();
    long weights = slots.weights();
    long state = slots.state();
    long routes = exchange.routes();
    List<Command> commands = new ArrayList<>();
    if (exchange.norms() != 0) {
      commands.add(owned("column_norms", halted, weights, exchange.norms()));
      commands.add(exchange.meetForNorms(kernels, halted));
    }
    if (exchange.squares() != 0) {
      long to = exchange.squares();
      commands.add(owned("column_squares", halted, received, weights, state, to, routes));
      commands.add(exchange.meetForSquares(kernels, halted));
    }
    long rank = exchange.rank();
    commands.add(owned("rows_update", halted, received, weights, state, saturated, routes, rank));
    addSaturated(commands);
    return commands;
  }

  private Command owned(String name, long... values) {
    return owned.strided(8, owned.ofBatch(Stage.ROWS, name, values));
  }

  private List<Command> plan() {
    List<Command> commands = new ArrayList<>();
    commands.add(new Fill(Stage.ROWS, counts, COUNTS));
    commands.add(
        kernels.strided(2, kernels.ofBatch(Stage.ROWS, "rows_plan", counts, chunks, large)));
    return commands;
  }

  private Command sum(int blocksEach, Value gradient, long winners, long... to) {
    long[] from = {halted, counts, chunks, gradient.address(), gradient.ld(), winners, sums};
    return kernels.strided(blocksEach, kernels.ofBatch(Stage.ROWS, "rows_sum", concat(from, to)));
  }

  private Command combine(long... to) {
    long[] from = {halted, counts, large, sums};
    return kernels.strided(4, kernels.ofBatch(Stage.ROWS, "rows_combine", concat(from, to)));
  }

  private static long[] concat(long[] one, long[] other) {
    return LongStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
  }

  private void addSaturated(List<Command> commands) {
    if (spec.format().precision() != RowFormat.Precision.FP32) {
      commands.add(kernels.ofBatch(Stage.ROWS, "saturated_out", saturated));
    }
  }
}
