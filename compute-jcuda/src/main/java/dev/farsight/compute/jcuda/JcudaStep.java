package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.internal.Closing;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowGroups;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step as a list of commands on the lane. Training replays them as a CUDA graph, captured for
 * each {@link StepInput} at its first use after one eager step; evaluation runs them one by one.
 *
 * <p>A batch goes to its input's own device memory on another stream, where its lookups are put in
 * order too, so that the next one is there before the lane asks for it. Grids are fixed and kernels
 * read the batch's sizes on the device; shorter batches are padded with samples whose gradients are
 * zero.
 */
final class JcudaStep implements CompiledStep {

  private static final Logger LOG = LoggerFactory.getLogger(JcudaStep.class);

  private final Gpu gpu;
  private final Stream lane;
  private final Stream batches;
  private final StepSpec spec;
  private final DeviceMemory memory;
  private final PinnedMemory pinned;
  private final CublasLt lt;
  private final Program program;
  private final IdentityHashMap<StepInput, DeviceInput> inputs = new IdentityHashMap<>();
  private final Timeline timeline;
  private final JcudaBackend backend;

  /** Null where the host finds unique rows. */
  private JcudaRowFinder finder;

  private boolean loaded;
  private long steps;

  /**
   * @param collective of the ranks that share the step; null if there is one
   */
  JcudaStep(
      JcudaBackend backend, Tape tape, StepSpec spec, JcudaSlots slots, Collective collective) {
    this.backend = backend;
    this.gpu = backend.device();
    this.lane = backend.lane();
    this.batches = backend.batches();
    this.timeline = backend.timeline();
    this.spec = spec;
    this.memory = backend.memory();
    this.pinned = new PinnedMemory(gpu);
    gpu.enter();
    try {
      lt = new CublasLt(CudaLibrary.CUBLAS_LT.open(), memory);
      Peers peers = collective == null ? null : Peers.of(gpu, collective, backend.peerAccess());
      program = new StepCompiler(backend, tape, spec, slots, lt, peers, memory).compile();
      if (peers != null) {
        loadProducts();
      }
      var device = Gpu.memory();
      LOG.info(
          "{} of capability {}, {}: {} MiB of device memory for slots, rings and values; with contexts, modules and other programs {} of {} MiB are taken",
          gpu.label(),
          gpu.capability() / 10.,
          backend.precision().configName(),
          (slots.deviceBytes() + memory.bytes()) >> 20,
          (device.total() - device.free()) >> 20,
          device.total() >> 20);
    } catch (RuntimeException | Error e) {
      Closing.after(e, pinned, memory);
      throw e;
    }
  }

  @Override
  public Ticket train(StepInput input) {
    long begun = System.nanoTime();
    steps++;
    boolean timed = timeline.step(steps, lane);
    if (timeline.over(steps)) {
      writeTimeline();
    }
    DeviceInput own = upload(input, true);
    if (loaded && captures() && !own.captured()) {
      own.capture(program.train(), batches);
    }
    if (timed && own.captured()) {
      own.launchTimed(lane, steps);
    } else if (own.captured()) {
      own.launch(lane);
    } else {
      run(program.train(), own.address());
      loaded = true;
    }
    Ticket done = own.done(lane);
    timeline.host("give step to the lane", begun);
    return done;
  }

  /** Whether the host has no part in a step. */
  private boolean captures() {
    return program.exchange() == null || program.exchange().direct();
  }

  /**
   * Runs all products once, on zeros: their kernels are loaded when they are called first, which
   * may wait for the device, and that must not be while the device waits for other ranks.
   */
  private void loadProducts() {
    run(program.train().stream().filter(c -> c.stage() == Stage.PRODUCTS).toList(), 0);
    Gpu.synchronize(lane);
  }

  private void writeTimeline() {
    inputs.values().forEach(DeviceInput::collectTimes);
    timeline.write();
  }

  @Override
  public Ticket evaluate(StepInput input) {
    DeviceInput own = upload(input, false);
    run(program.evaluate(), own.address());
    return own.done(lane);
  }

  @Override
  public void resume() {
    gpu.enter();
    program.resume().enqueue(lane, 0);
  }

  private DeviceInput upload(StepInput input, boolean training) {
    int samples = input.batch().samples();
    if (samples < (program.exchange() == null ? 1 : 0) || samples > spec.batchSize()) {
      throw new FarsightException(
          "a step of " + samples + " samples, not 1 to " + spec.batchSize());
    }
    gpu.enter();
    DeviceInput own = inputs.get(input);
    if (own == null) {
      if (inputs.size() == RankExchange.MAILS - 1) {
        throw new FarsightException("more than " + inputs.size() + " inputs of a step");
      }
      if (program.exchange() != null) {
        // Memory is allocated for it, which must not be while the device waits for other ranks.
        Gpu.synchronize(lane);
      }
      own = new DeviceInput(gpu, timeline, input, spec, program, memory, pinned);
      inputs.put(input, own);
    }
    own.collectTimes();
    long uniqueOf =
        input.foundRows() == null ? own.ownUniqueOf() : finder.uniqueOf(input.foundRows());
    own.upload(input, uniqueOf, training, batches, lane);
    return own;
  }

  private void run(List<Command> commands, long input) {
    for (Command command : commands) {
      command.enqueue(lane, input);
    }
  }

  @Override
  public boolean ordersLookups() {
    return true;
  }

  @Override
  public RowFinder rowFinder(RowGroups groups) {
    // The host needs to know the row of each lookup, to tell owners of those of other ranks.
    boolean sums = spec.exchange() != null && spec.exchange().sums().any();
    if (!sums && JcudaRowFinder.fits(groups, gpu)) {
      finder = new JcudaRowFinder(backend, spec, groups, memory);
    }
    return finder;
  }

  /** The commands of a training step, for time lines. */
  List<Command> commands() {
    return program.train();
  }

  /** Address of a batch that a step was given before. */
  long address(StepInput input) {
    return inputs.get(input).address();
  }

  @Override
  public DenseState dense() {
    return program.parameters();
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
        () -> Gpu.synchronize(batches),
        this::writeTimeline,
        timeline::close,
        () -> inputs.values().forEach(DeviceInput::destroy),
        program,
        lt,
        pinned,
        memory);
  }
}
