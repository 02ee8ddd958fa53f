package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.compute.ExchangeShape;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.internal.Closing;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.JCudaDriver;

/**
 * One rank's part of the exchange of a step: where rows and gradients arrive, and the commands that
 * send them, see exchange.cu. If ranks reach each other's memory, kernels write there and meet by
 * counters: the commands of a step then fit one graph, and the host has no part in it. Otherwise
 * the collective carries what ranks send, between two commands: from device to device if it can, or
 * else through the host.
 *
 * <p>Where ranks have columns of rows, the columns of all ranks arrive side by side, and what is a
 * number for each owned row is read where the other ranks have it, like the dense gradients.
 *
 * <p>Device memory: the weights of a rank's unique rows, and a gradient for each row that it sends
 * or gathers, or of its columns of one; and for each number of an owned row 4 bytes.
 */
final class RankExchange implements AutoCloseable {

  /** As in exchange.cu: how many exchanges ahead of the others a rank may be. */
  static final int MAILS = 64;

  private static final int MAIL_BYTES = 24;

  /** Points of an exchange at which ranks meet. */
  private static final int ROWS = 1;

  private static final int GRADIENTS = 2;
  private static final int NORMS = 3;
  private static final int SQUARES = 4;
  private static final int LEFT = 5;

  /** As in exchange.cu. */
  private static final int POINTS = 8;

  private static final int THREADS = 32;
  private static final int PACKING_BLOCKS_EACH = 4;

  private final Gpu gpu;
  private final Peers peers;
  private final int rank;
  private final int ranks;
  private final ExchangeShape shape;
  private final Stream lane;
  private final PinnedMemory pinned;
  private final long routes;
  private final long watch;
  private final ExchangeAlarm alarm;
  private final long broken;
  private final long slotWeights;
  private final long rows;

  /** Strides of a row from the first slot to the rows of other ranks. */
  private final long offset;

  /** Whether those are too far away, so that this rank's own rows are copied there too. */
  private final boolean copied;

  private final long gradients;
  private final long counters;
  private final long loss;

  /** Numbers of owned rows, where ranks have columns of them; 0 if they are not needed. */
  private final long norms;

  private final long squares;

  /** Where sums of bags arrive, and gradients of bags; 0 if no sums are exchanged. */
  private final long sums;

  private final long bagGradients;
  private final CarriedExchange carried;
  private final SideBranch side;
  private long exchanges;
  private RowExchange current;

  /**
   * All ranks call it.
   *
   * @param slots of this rank
   * @param dense address of this rank's dense gradients
   * @param denseFloats how many they are
   */
  RankExchange(
      JcudaBackend backend,
      StepSpec spec,
      Peers peers,
      JcudaSlots slots,
      long dense,
      long denseFloats,
      DeviceMemory memory) {
    this.gpu = backend.device();
    this.lane = backend.lane();
    this.peers = peers;
    shape = spec.exchange();
    var collective = peers.collective();
    rank = collective.rank();
    ranks = collective.ranks();
    pinned = new PinnedMemory(gpu);
    slotWeights = slots.weights();
    long stride = (long) spec.format().stateWord() * Float.BYTES;
    long room = memory.allocate("rows of other ranks", rowBytes(spec));
    long shift = Math.floorMod(slotWeights - room, stride);
    long strides = (room + shift - slotWeights) / stride;
    copied =
        shape.columns()
            || strides < Integer.MIN_VALUE
            || strides + spec.maxUniqueRows() > Integer.MAX_VALUE;
    rows = copied ? room : room + shift;
    offset = copied ? 0 : strides;
    gradients = memory.allocate("gradients of other ranks", gradientBytes(spec));
    long mails = memory.allocate("the exchange", (long) MAILS * ranks * MAIL_BYTES);
    counters = memory.allocate("the exchange", (long) ranks * Long.BYTES);
    loss = memory.allocate("the exchange", Double.BYTES);
    broken = memory.allocate("the exchange", Integer.BYTES);
    norms = needsNorms(spec) ? memory.allocate("the exchange", numberBytes(shape)) : 0;
    squares = needsSquares(spec) ? memory.allocate("the exchange", numberBytes(shape)) : 0;
    sums = shape.sums().any() ? memory.allocate("sums of bags", sumBytes(spec)) : 0;
    bagGradients =
        bagGradientBytes(spec) > 0
            ? memory.allocate("gradients of bags", bagGradientBytes(spec))
            : 0;
    alarm = new ExchangeAlarm(collective, pinned);
    side = new SideBranch(gpu);
    try {
      long[] own = {
        rows, gradients, mails, counters, dense, loss, norms, squares, sums, bagGradients
      };
      carried = peers.direct() ? null : carried(spec, own, denseFloats, memory);
      routes = memory.allocate("the exchange", (long) ranks * own.length * Long.BYTES);
      writeRoutes(peers.direct() ? peers.gather(own) : carried.routes());
      watch = memory.allocate("the exchange", 4L * Long.BYTES);
      long patience = collective.timeout().toNanos();
      write(watch, alarm.failedAddress(), alarm.lateAddress(), broken, patience);
      // All ranks have zeroed what the others write to.
      collective.barrier();
    } catch (RuntimeException | Error e) {
      Closing.after(e, alarm, side, pinned);
      throw e;
    }
  }

  private CarriedExchange carried(
      StepSpec spec, long[] own, long denseFloats, DeviceMemory memory) {
    var devices = peers.collective().devices();
    return devices.isPresent()
        ? new DevicesExchange(this, spec, peers, devices.get(), own, denseFloats, lane, memory)
        : new StagedExchange(this, spec, peers, own, denseFloats, lane, memory, pinned);
  }

  private static long rowBytes(StepSpec spec) {
    return (spec.maxUniqueRows() + 1L) * spec.format().stateWord() * Float.BYTES;
  }

  private static long gradientBytes(StepSpec spec) {
    if (spec.optimizer().freezeRows()) {
      return 0;
    }
    var shape = spec.exchange();
    long count = (long) shape.maxSentRows() + shape.maxGatheredRows();
    return count * spec.slotFormat().dim() * Float.BYTES;
  }

  private static long sumBytes(StepSpec spec) {
    return spec.exchange().sums().any() ? new SumPlaces(spec).arrivingFloats() * Float.BYTES : 0;
  }

  private static long bagGradientBytes(StepSpec spec) {
    return spec.exchange().sums().any() && !spec.optimizer().freezeRows()
        ? new SumPlaces(spec).bagFloats() * Float.BYTES
        : 0;
  }

  private static long numberBytes(ExchangeShape shape) {
    return (long) shape.maxOwnedRows() * Float.BYTES;
  }

  private static boolean columnsLearn(StepSpec spec) {
    return spec.exchange().columns() && !spec.optimizer().freezeRows();
  }

  private static boolean needsNorms(StepSpec spec) {
    return columnsLearn(spec) && spec.maxNorms().any();
  }

  private static boolean needsSquares(StepSpec spec) {
    return columnsLearn(spec) && spec.optimizer().rows() instanceof UpdateRule.RowwiseAdagrad;
  }

  /**
   * Device memory taken; with ranks that do not reach each other's memory it is about twice as
   * much.
   */
  static long bytes(StepSpec spec) {
    if (spec.exchange() == null) {
      return 0;
    }
    int numbers = (needsNorms(spec) ? 1 : 0) + (needsSquares(spec) ? 1 : 0);
    return rowBytes(spec)
        + gradientBytes(spec)
        + numbers * numberBytes(spec.exchange())
        + sumBytes(spec)
        + bagGradientBytes(spec);
  }

  private void writeRoutes(long[][] byRank) {
    var table = new long[ranks * byRank[0].length];
    for (int p = 0; p < ranks; p++) {
      for (int i = 0; i < byRank[p].length; i++) {
        table[i * ranks + p] = byRank[p][i];
      }
    }
    write(routes, table);
  }

  private void write(long to, long... values) {
    LongBuffer buffer = pinned.longs(values.length);
    buffer.put(0, values);
    check(
        "the copy of addresses to the device",
        JCudaDriver.cuMemcpyHtoDAsync(
            Device.at(to), Host.of(buffer), (long) values.length * Long.BYTES, lane));
    Gpu.synchronize(lane);
  }

  Peers peers() {
    return peers;
  }

  boolean direct() {
    return peers.direct();
  }

  /** Where the rows are that kernels read: what place_rows says counts from there. */
  long rowsFrom() {
    return copied ? rows : slotWeights;
  }

  /** Where gradients of rows arrive. */
  long gradients() {
    return gradients;
  }

  /** Address of all ranks' addresses. */
  long routes() {
    return routes;
  }

  int rank() {
    return rank;
  }

  ExchangeShape shape() {
    return shape;
  }

  /** The exchange that commands are given for. */
  RowExchange current() {
    return current;
  }

  /** Counts an exchange; returns its number, from 1. */
  long begin(StepInput input) {
    requireComplete();
    current = input.exchange();
    return ++exchanges;
  }

  /** What an exchange needs once its input is on the device: the other ranks are told of it. */
  List<Command> prepare(StepKernels kernels) {
    List<Command> commands = new ArrayList<>();
    commands.add(
        kernels.strided(
            1, kernels.ofBatch(Stage.BATCH_IN, "place_rows", rank, offset, copied ? 1 : 0)));
    if (direct()) {
      commands.add(warp(kernels.ofBatch(Stage.BATCH_IN, "announce", routes, rank)));
    }
    return commands;
  }

  /**
   * Rows travel from their slots to where they are looked up.
   *
   * @param owned the kernels that read slots
   */
  List<Command> sendRows(StepKernels kernels, StepKernels owned) {
    Command pack =
        owned.strided(
            PACKING_BLOCKS_EACH,
            owned.ofBatch(
                Stage.EXCHANGE, "pack_rows", routes, watch, rank, slotWeights, copied ? 1 : 0));
    List<Command> commands = new ArrayList<>(List.of(pack));
    if (sums != 0) {
      commands.add(
          kernels.strided(
              8, kernels.ofBatch(Stage.EXCHANGE, "pool_bags", routes, rank, slotWeights)));
    }
    commands.add(direct() ? meet(kernels, ROWS) : carried.rows());
    return commands;
  }

  /** Whether sums of bags are exchanged. */
  boolean sums() {
    return sums != 0;
  }

  /** The vectors of features whose sums have arrived. */
  Command addSums(StepKernels kernels, Value output) {
    return kernels.strided(
        8, kernels.ofBatch(Stage.POOLING, "add_sums", sums, output.address(), output.ld()));
  }

  /** The gradients of bags travel to the owners of their rows. */
  Command sendBagGradients(StepKernels kernels, long halted, Value gradient) {
    return kernels.strided(
        4,
        kernels.ofBatch(
            Stage.ROWS,
            "send_bag_gradients",
            halted,
            gradient.address(),
            gradient.ld(),
            routes,
            rank));
  }

  /** Where gradients of bags arrive. */
  long bagGradients() {
    return bagGradients;
  }

  /** Runs commands beside others, if the host has no part in them; else before those. */
  List<Command> beside(String name, List<Command> side, List<Command> others) {
    List<Command> all = new ArrayList<>();
    if (direct()) {
      all.add(this.side.fork(name, side));
      all.addAll(others);
      all.add(this.side.join(name + ": wait"));
    } else {
      all.addAll(side);
      all.addAll(others);
    }
    return all;
  }

  /** The sum of this rank's losses, of each block of samples. */
  Command lossPart(StepKernels kernels, long sums) {
    return kernels.ofBatch(Stage.LOSS, "loss_part", sums, loss);
  }

  /** Gradients and losses travel, then the loss is that of all ranks. */
  List<Command> sendGradients(StepKernels kernels, long halted) {
    if (direct()) {
      return List.of(
          warp(
              kernels.ofBatch(
                  Stage.LOSS, "meet_for_loss", routes, watch, rank, GRADIENTS, halted)));
    }
    return List.of(
        carried.gradients(), kernels.ofBatch(Stage.LOSS, "loss_total", routes, watch, halted));
  }

  /** Address of this rank's squares of weights by owned row; 0 if no row has a largest norm. */
  long norms() {
    return norms;
  }

  /** Address of this rank's squares of gradients by owned row; 0 if the optimizer needs none. */
  long squares() {
    return squares;
  }

  /** All ranks have these numbers of owned rows. */
  Command meetForNorms(StepKernels kernels, long halted) {
    return direct()
        ? meetForNumbers(kernels, NORMS, halted)
        : carried.numbers(CarriedExchange.NORMS);
  }

  /** As {@link #meetForNorms}. */
  Command meetForSquares(StepKernels kernels, long halted) {
    return direct()
        ? meetForNumbers(kernels, SQUARES, halted)
        : carried.numbers(CarriedExchange.SQUARES);
  }

  private Command meetForNumbers(StepKernels kernels, int point, long halted) {
    return warp(
        kernels.ofBatch(Stage.EXCHANGE, "meet_for_numbers", routes, watch, rank, point, halted));
  }

  /** Ends an evaluation: no rank sends rows again before all have read those. */
  List<Command> endEvaluation(StepKernels kernels) {
    List<Command> commands = new ArrayList<>();
    if (direct()) {
      commands.add(meet(kernels, GRADIENTS));
    }
    commands.addAll(leave(kernels));
    return commands;
  }

  /** Ends the exchange. */
  List<Command> leave(StepKernels kernels) {
    return direct()
        ? List.of(warp(kernels.ofBatch(Stage.EXCHANGE, "leave", routes, watch, rank, LEFT)))
        : List.of();
  }

  private Command meet(StepKernels kernels, int point) {
    return warp(kernels.ofBatch(Stage.EXCHANGE, "meet", routes, watch, rank, point));
  }

  private static Launch warp(Launch launch) {
    return launch.block(THREADS, 1);
  }

  /** Fails if the exchange was not completed. */
  void requireComplete() {
    CollectiveException failure = alarm.failure();
    if (failure != null) {
      throw failure;
    }
  }

  /** Waits until no other rank reads or writes this one's memory; not if the exchange failed. */
  private void awaitOthers() {
    if (!direct()) {
      return;
    }
    ByteBuffer counts = pinned.bytes((long) ranks * Long.BYTES);
    while (alarm.failure() == null) {
      check(
          "the copy of counters to the host",
          JCudaDriver.cuMemcpyDtoHAsync(
              Host.of(counts), Device.at(counters), (long) ranks * Long.BYTES, lane));
      Gpu.synchronize(lane);
      boolean left = true;
      for (int p = 0; p < ranks; p++) {
        long wanted = exchanges == 0 ? 0 : POINTS * exchanges + LEFT;
        left &= p == rank || counts.getLong(p * Long.BYTES) >= wanted;
      }
      if (left) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  /** The lane has done all that it was given. */
  @Override
  public void close() {
    Closing.all(this::awaitOthers, alarm, side, pinned);
  }
}
