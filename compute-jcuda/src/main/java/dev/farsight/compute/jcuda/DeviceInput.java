package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.data.Batch;
import dev.farsight.api.random.CounterRandom;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * A {@link StepInput}'s place on the device, filled beside the lane, and the graph that trains on
 * it. Device memory: what the step input has.
 */
final class DeviceInput {

  /** Fields of {@code struct Input} in prelude.cu. */
  static final int HOST_LOSS = 48;

  static final int HOST_LOGITS = 56;
  static final int WEIGHTS = 64;
  static final int SAMPLES = 80;
  static final int UNIQUE_ROWS = 84;
  static final int ROW_LEARNING_RATE = 88;
  static final int DENSE_LEARNING_RATE = 92;
  static final int OFFSETS = 96;
  static final int LOOKUP_STARTS = 104;
  static final int LOOKUP_WEIGHTS = 112;
  static final int ROW_FACTORS = 120;
  static final int ROW_PLACES = 128;
  static final int ROW_IDS = 136;
  static final int ROUNDING_KEY = 144;
  static final int HOST_SATURATED = 152;
  static final int DROPOUT_KEY = 160;
  static final int LOOKUPS = 168;
  static final int ROW_ROOT_FACTOR = 172;
  static final int DENSE_ROOT_FACTOR = 176;
  static final int HEADER_BYTES = 180;

  private static final int UNIQUE_OF = 16;

  private final int denseWidth;
  private final boolean labelled;
  private final DeviceRule rowRule;
  private final DeviceRule denseRule;
  private final LookupOrdering order;
  private final Command weigh;
  private final long dropoutSeed;
  private final ByteBuffer header;
  private final Host headerAt;
  private final IntBuffer uniqueOfHost;
  private final Host uniqueOfAt;
  private final Host uniqueSlots;
  private final Host rowStarts;
  private final Device deviceHeader;
  private final Device deviceDense;
  private final Device deviceLabels;

  /** Null where samples have no weights. */
  private final Device deviceWeights;

  private final Device deviceUniqueSlots;
  private final Device deviceRowStarts;

  /** Null where kernels read rows from their slots. */
  private final DeviceBags bags;

  /** Null where updates of rows need no row ids. */
  private final DeviceRowIds rowIds;

  /** Null if there is one rank. */
  private final ExchangeInput exchange;

  private final DeviceMemory memory;

  /** Address of the host's numbers of unique rows; 0 as long as none were needed. */
  private long ownUniqueOf;

  private final IdentityHashMap<Batch, Host[]> batches = new IdentityHashMap<>();
  private final CUevent uploaded;
  private final EventTicket done;
  private final Timeline timeline;
  private Graph graph;
  private TimedGraph timedGraph;

  /**
   * @param program of the step
   */
  DeviceInput(
      Gpu gpu,
      Timeline timeline,
      StepInput input,
      StepSpec spec,
      Program program,
      DeviceMemory memory,
      PinnedMemory pinned) {
    this.timeline = timeline;
    this.memory = memory;
    denseWidth = spec.schema().denseWidth();
    labelled = spec.schema().labelled();
    rowRule = new DeviceRule(spec.optimizer().rows());
    denseRule = new DeviceRule(spec.optimizer().dense());
    order = program.order();
    weigh = program.weigh();
    boolean shared = program.exchange() != null;
    dropoutSeed = CounterRandom.key(spec.seed(), CounterRandom.Purpose.DROPOUT);
    uniqueOfHost = input.uniqueOf();
    uniqueOfAt = Host.of(uniqueOfHost);
    uniqueSlots = Host.of(input.uniqueSlots());
    rowStarts = Host.of(input.rowStarts());
    int headerBytes = shared ? ExchangeInput.headerBytes(spec.exchange()) : HEADER_BYTES;
    header = pinned.bytes(headerBytes);
    headerAt = Host.of(header);
    deviceHeader = Device.at(memory.allocate("a batch", headerBytes));
    deviceDense = array(memory, 0, (long) input.capacity() * denseWidth);
    deviceLabels = array(memory, 1, input.capacity());
    deviceWeights =
        !spec.schema().weighted() ? null : array(memory, WEIGHTS / Long.BYTES, input.capacity());
    deviceUniqueSlots = array(memory, 3, spec.maxUniqueRows());
    deviceRowStarts = array(memory, 4, spec.maxUniqueRows() + 1L);
    array(memory, 5, spec.schema().maxLookups(input.capacity()));
    var shape = new BagShape(spec);
    bags = shape.pooled() ? new DeviceBags(shape, memory, pinned) : null;
    if (bags != null) {
      bags.describe(header);
    }
    rowIds = DeviceRowIds.needed(spec) && !shared ? new DeviceRowIds(spec, memory, pinned) : null;
    if (rowIds != null) {
      rowIds.describe(header);
    }
    header.putLong(HOST_LOSS, Host.of(input.loss()).address());
    header.putLong(HOST_LOGITS, Host.of(input.logits()).address());
    header.putLong(HOST_SATURATED, Host.of(input.saturated()).address());
    uploaded = gpu.event();
    done = new EventTicket(gpu, timeline, "a step");
    exchange =
        shared
            ? new ExchangeInput(
                spec, input, program.exchange(), program.prepare(), done, memory, pinned)
            : null;
  }

  /** An array of words, whose address goes to a field of the header. */
  private Device array(DeviceMemory memory, int field, long words) {
    long address = memory.allocate("a batch", words * Integer.BYTES);
    header.putLong(8 * field, address);
    return Device.at(address);
  }

  /** Address of the header. */
  long address() {
    return deviceHeader.address();
  }

  /** Where the numbers of unique rows go that the host has found. */
  long ownUniqueOf() {
    if (ownUniqueOf == 0) {
      ownUniqueOf = memory.allocate("a batch", (long) uniqueOfHost.capacity() * Integer.BYTES);
    }
    return ownUniqueOf;
  }

  /**
   * Copies a batch to the device on {@code stream}; {@code lane} waits for it.
   *
   * @param uniqueOf address of the unique row of each lookup
   * @param training whether the order of lookups is needed
   */
  void upload(StepInput input, long uniqueOf, boolean training, Stream stream, Stream lane) {
    Batch batch = input.batch();
    int samples = batch.samples();
    int rows = input.uniqueRows();
    header.putLong(UNIQUE_OF, uniqueOf);
    header.putInt(SAMPLES, samples);
    header.putInt(UNIQUE_ROWS, rows);
    header.putInt(LOOKUPS, batch.lookups());
    header.putFloat(ROW_LEARNING_RATE, rowRule.rate(input.rowLearningRate(), input.rowUpdates()));
    header.putFloat(ROW_ROOT_FACTOR, rowRule.rootFactor(input.rowUpdates()));
    header.putFloat(
        DENSE_LEARNING_RATE, denseRule.rate(input.denseLearningRate(), input.denseUpdates()));
    header.putFloat(DENSE_ROOT_FACTOR, denseRule.rootFactor(input.denseUpdates()));
    if (rowIds != null && training) {
      rowIds.describe(input, header);
    }
    header.putLong(DROPOUT_KEY, CounterRandom.key(dropoutSeed, input.step()));
    if (exchange != null) {
      exchange.describe(input, header);
    }
    done.hold(stream);
    Host[] own = batches.computeIfAbsent(batch, DeviceInput::addresses);
    var span = timeline.begin(Stage.BATCH_IN, "device: batches in", stream);
    copy(deviceHeader, headerAt, header.capacity() / Integer.BYTES, stream);
    copy(deviceDense, own[0], (long) samples * denseWidth, stream);
    if (labelled) {
      copy(deviceLabels, own[1], samples, stream);
    }
    if (deviceWeights != null) {
      copy(deviceWeights, own[2], samples, stream);
    }
    if (bags != null) {
      bags.upload(batch, stream);
    }
    if (uniqueOf == ownUniqueOf) {
      copy(Device.at(uniqueOf), uniqueOfAt, batch.lookups(), stream);
    }
    copy(exchange == null ? deviceUniqueSlots : exchange.arrivals(), uniqueSlots, rows, stream);
    copy(deviceRowStarts, rowStarts, rows + 1L, stream);
    if (rowIds != null && training) {
      rowIds.upload(input, stream);
    }
    if (exchange != null) {
      exchange.upload(input, training, stream, address());
    }
    if (weigh != null) {
      weigh.enqueue(stream, address());
    }
    timeline.end(span, stream);
    if (training) {
      var ordering = timeline.begin(Stage.ORDER, "device: batches in", stream);
      order.enqueue(address(), batch, rows, stream);
      timeline.end(ordering, stream);
    }
    Gpu.record(uploaded, stream);
    Gpu.await(lane, uploaded);
  }

  private static Host[] addresses(Batch batch) {
    return new Host[] {
      batch.dense().capacity() == 0 ? null : Host.of(batch.dense()),
      Host.of(batch.labels()),
      batch.weights() == null ? null : Host.of(batch.weights())
    };
  }

  private static void copy(Device to, Host from, long words, Stream stream) {
    if (words > 0) {
      check(
          "the copy of a batch to the device",
          JCudaDriver.cuMemcpyHtoDAsync(to, from, words * Integer.BYTES, stream));
    }
  }

  boolean captured() {
    return graph != null;
  }

  /**
   * Captures commands for this input.
   *
   * @param stream an idle one
   */
  void capture(List<Command> commands, Stream stream) {
    graph = new Graph(commands, stream, address());
    if (timeline.wanted()) {
      timedGraph = new TimedGraph(commands, stream, address());
    }
  }

  void launch(Stream lane) {
    graph.launch(lane);
  }

  /** As {@link #launch}, timed. */
  void launchTimed(Stream lane, long step) {
    timedGraph.launch(lane, step);
  }

  /** Hands the times of the step that was timed last to the timeline. */
  void collectTimes() {
    if (timedGraph != null) {
      timedGraph.collect(timeline);
    }
  }

  /** The ticket of all that {@code lane} was given so far. */
  Ticket done(Stream lane) {
    done.record(lane);
    return exchange == null ? done : exchange.done();
  }

  void destroy() {
    if (graph != null) {
      graph.destroy();
    }
    if (timedGraph != null) {
      timedGraph.destroy();
    }
    JCudaDriver.cuEventDestroy(uploaded);
    done.destroy();
  }
}
