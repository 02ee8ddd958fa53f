package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.util.IdentityHashMap;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * Slots on the device, weights and optimizer state in an array each, so that weights stay aligned;
 * pinned rings and their mirrors on the device. Device memory: slots and rings.
 *
 * <pre>
 * fetch thread  stage:  in-ring -> mirror                     stream of rows in
 * lane thread   move:   slots -> mirror of the out-ring       lane
 *                       mirrors -> slots                      lane
 *                       mirror -> out-ring                    stream of rows out
 * </pre>
 *
 * <p>{@link #move} waits for nothing. Its ticket comes after the inserts, which come after the copy
 * of the in-ring's stretch, so once it is done rings and lists may be written again. Slot numbers
 * are read by the kernels from the pinned lists in {@link RowMoves}.
 */
final class JcudaSlots implements SlotMemory {

  private static final int ROWS_A_BLOCK = 64;
  private static final int THREADS = 256;

  private final Gpu gpu;
  private final Stream lane;
  private final Stream out;
  private final Timeline timeline;
  private final RowFormat format;
  private final int slots;
  private final DeviceMemory memory;
  private final PinnedMemory pinned;
  private final Kernels kernels;
  private final long weights;
  private final long state;
  private final long stateStart;
  private final RowBuffer inRows;
  private final RowBuffer outRows;
  private final PinnedRing outRing;
  private final InRing inRing;
  private final Launch evict;
  private final Launch insert;
  private final CUevent evicted;
  private final CUevent inserted;
  private final IdentityHashMap<RowMoves, Lists> lists = new IdentityHashMap<>();

  /** Addresses of a carrier's lists, and its ticket. */
  private record Lists(
      long evictSlots, long loadSlots, long forwardSlots, long forwardRows, EventTicket ticket) {}

  /**
   * @param maxChunkBytes most bytes of a chunk of a ring on the host
   */
  JcudaSlots(
      JcudaBackend backend,
      RowFormat format,
      int slots,
      int inRows,
      int outRows,
      int maxChunkBytes) {
    this.gpu = backend.device();
    this.lane = backend.lane();
    this.out = backend.out();
    this.timeline = backend.timeline();
    this.format = format;
    this.slots = slots;
    this.memory = backend.memory();
    this.pinned = new PinnedMemory(gpu);
    try {
      long ringRows = (long) inRows + outRows;
      gpu.enter();
      memory.require("the cache with its rings", (slots + ringRows) * format.bytes());
      weights = memory.allocate("the cache", (long) slots * format.stateWord() * Float.BYTES);
      state = memory.allocate("optimizer state", (long) slots * format.stateFloats() * Float.BYTES);
      long outMirror = memory.allocate("the out-ring", (long) outRows * format.bytes());
      stateStart = upload(format.stateStart());
      this.inRows = RowBuffer.allocateSeededChunked(format, inRows, maxChunkBytes, pinned);
      this.outRows = RowBuffer.allocateChunked(format, outRows, maxChunkBytes, pinned);
      outRing = new PinnedRing(this.outRows, outMirror);
      inRing = new InRing(gpu, timeline, this.inRows, memory, backend.in());
      kernels = backend.load(source(format));
    } catch (RuntimeException | Error e) {
      Closing.after(e, pinned, memory);
      throw e;
    }
    evict =
        Launch.of(Stage.EVICT, kernels, "evict_rows", 0, 0, weights, state, 0).block(THREADS, 1);
    insert =
        Launch.of(
                Stage.INSERT, kernels, "insert_rows", 0, 0, 0, 0, weights, state, 0, 0, stateStart)
            .block(THREADS, 1);
    evicted = gpu.event();
    inserted = gpu.event();
  }

  /** The kernels that move rows. */
  static KernelSource source(RowFormat format) {
    return KernelSource.of(
        "moves",
        List.of("random.cu", "weights.cu", "moves.cu"),
        RowWeightKernels.constants(format));
  }

  /** Copies what a row's state starts as to the device; returns its address there. */
  private long upload(float[] start) {
    long address = memory.allocate("optimizer state", (long) start.length * Float.BYTES);
    if (start.length > 0) {
      var values = pinned.floats(start.length);
      values.put(0, start);
      check(
          "the copy of start values to the device",
          JCudaDriver.cuMemcpyHtoDAsync(
              Device.at(address), Host.of(values), (long) start.length * Float.BYTES, lane));
      Gpu.synchronize(lane);
    }
    return address;
  }

  /** Address of slot 0's weights, each row's in whole words. */
  long weights() {
    return weights;
  }

  /** Address of slot 0's optimizer state. */
  long state() {
    return state;
  }

  @Override
  public RowFormat format() {
    return format;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public RowBuffer in() {
    return inRows;
  }

  @Override
  public RowBuffer out() {
    return outRows;
  }

  @Override
  public void stage(int from, int rows) {
    if (rows > 0) {
      long begun = System.nanoTime();
      inRing.stage(from, rows);
      timeline.host("give rows to the device", begun);
    }
  }

  @Override
  public Ticket move(RowMoves moves) {
    if (moves.evictions() + moves.loads() + moves.forwards() == 0) {
      return Ticket.DONE;
    }
    long begun = System.nanoTime();
    gpu.enter();
    Lists own = lists.computeIfAbsent(moves, this::lists);
    if (moves.evictions() > 0) {
      evict(moves, own);
    }
    if (moves.loads() > 0) {
      load(moves, own);
    }
    if (moves.forwards() > 0) {
      insert.set(6, 0);
      insert.set(7, 0);
      insert(own.forwardSlots, own.forwardRows, moves.forwards(), outRing.onDevice(0));
    }
    if (moves.evictions() > 0) {
      // Done when the rows are back, and when the lists were read for the last time.
      Gpu.record(inserted, lane);
      Gpu.await(out, inserted);
      own.ticket.record(out);
    } else {
      own.ticket.record(lane);
    }
    timeline.host("give moves to the lane", begun);
    return own.ticket;
  }

  private Lists lists(RowMoves moves) {
    return new Lists(
        Host.of(moves.evictSlots()).address(),
        Host.of(moves.loadSlots()).address(),
        Host.of(moves.forwardSlots()).address(),
        Host.of(moves.forwardRows()).address(),
        new EventTicket(gpu, timeline, "a move of rows"));
  }

  private void evict(RowMoves moves, Lists own) {
    int rows = moves.evictions();
    evict.set(0, own.evictSlots);
    evict.set(1, rows);
    evict.set(4, outRing.onDevice(moves.outFrom()));
    var kernel = timeline.begin(Stage.EVICT, "device: lane", lane);
    evict.grid(blocks(rows), 1).enqueue(lane);
    timeline.end(kernel, lane);
    Gpu.record(evicted, lane);
    Gpu.await(out, evicted);
    var copy = timeline.begin(Stage.ROWS_OUT, "device: rows out", out);
    outRing.toHost(moves.outFrom(), rows, out);
    timeline.end(copy, out);
  }

  private void load(RowMoves moves, Lists own) {
    inRing.await(moves.inFrom(), moves.loads(), lane);
    insert.set(6, inRing.key(moves.inFrom()));
    insert.set(7, inRing.scale(moves.inFrom()));
    insert(own.loadSlots, 0, moves.loads(), inRing.address(moves.inFrom()));
    inRing.inserted(moves.inFrom(), moves.loads(), lane);
  }

  private void insert(long slotList, long rowList, int rows, long ring) {
    insert.set(0, slotList);
    insert.set(1, rowList);
    insert.set(2, rows);
    insert.set(3, ring);
    var span = timeline.begin(Stage.INSERT, "device: lane", lane);
    insert.grid(blocks(rows), 1).enqueue(lane);
    timeline.end(span, lane);
  }

  private static int blocks(int rows) {
    return (rows + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK;
  }

  @Override
  public long deviceBytes() {
    return memory.bytes();
  }

  @Override
  public void close() {
    gpu.enter();
    Closing.all(
        () -> Gpu.synchronize(lane),
        () -> Gpu.synchronize(out),
        this::destroyEvents,
        kernels,
        pinned,
        memory);
  }

  private void destroyEvents() {
    lists.values().forEach(own -> own.ticket.destroy());
    JCudaDriver.cuEventDestroy(evicted);
    JCudaDriver.cuEventDestroy(inserted);
    inRing.destroy();
  }
}
