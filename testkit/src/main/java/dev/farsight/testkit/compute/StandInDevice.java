package dev.farsight.testkit.compute;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.ComputeBackend;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.RowFinder;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.compute.SlotMemory;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.model.Tape;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowGroups;
import dev.farsight.testkit.store.SeededRows;

/**
 * Another backend, which seems to do beside its lane what GPUs do: it finds unique rows, orders
 * lookups, and draws initial rows. Whoever feeds it does as with a GPU, on any machine.
 */
public final class StandInDevice implements ComputeBackend {

  private final ComputeBackend backend;

  /**
   * @param backend does the rest; owned
   */
  public StandInDevice(ComputeBackend backend) {
    this.backend = backend;
  }

  @Override
  public HostBuffers buffers() {
    return backend.buffers();
  }

  @Override
  public SlotMemory slots(RowFormat format, int slots, int inRows, int outRows) {
    return over(backend.slots(format, slots, inRows, outRows), inRows, RowBuffer.MAX_CHUNK_BYTES);
  }

  /** Slots that draw initial rows, over others that do not. */
  static SlotMemory over(SlotMemory slots, int inRows, int maxChunkBytes) {
    return new Slots(slots, inRows, maxChunkBytes);
  }

  @Override
  public CompiledStep compile(Tape tape, StepSpec spec, SlotMemory slots) {
    return new Step(backend.compile(tape, spec, ((Slots) slots).slots), spec);
  }

  @Override
  public void close() {
    backend.close();
  }

  private static final class Slots implements SlotMemory {

    private final SlotMemory slots;
    private final HostBuffers buffers = HostBuffers.plain();
    private final RowBuffer in;

    Slots(SlotMemory slots, int inRows, int maxChunkBytes) {
      this.slots = slots;
      in = RowBuffer.allocateSeededChunked(slots.format(), inRows, maxChunkBytes, buffers);
    }

    @Override
    public RowFormat format() {
      return slots.format();
    }

    @Override
    public int slots() {
      return slots.slots();
    }

    @Override
    public RowBuffer in() {
      return in;
    }

    @Override
    public RowBuffer out() {
      return slots.out();
    }

    @Override
    public Ticket move(RowMoves moves) {
      RowBuffer to = slots.in();
      for (int r = moves.inFrom(); r < moves.inFrom() + moves.loads(); r++) {
        to.put(r, SeededRows.row(in, r));
      }
      return slots.move(moves);
    }

    @Override
    public long deviceBytes() {
      return slots.deviceBytes();
    }

    @Override
    public void close() {
      slots.close();
      buffers.close();
    }
  }

  private static final class Step implements CompiledStep {

    private final CompiledStep step;
    private final StepSpec spec;
    private NaiveRowFinder finder;

    Step(CompiledStep step, StepSpec spec) {
      this.step = step;
      this.spec = spec;
    }

    @Override
    public boolean ordersLookups() {
      return true;
    }

    @Override
    public RowFinder rowFinder(RowGroups groups) {
      finder = new NaiveRowFinder(groups, spec.maxUniqueRows());
      return finder;
    }

    @Override
    public Ticket train(StepInput input) {
      complete(input);
      return step.train(input);
    }

    @Override
    public Ticket evaluate(StepInput input) {
      complete(input);
      return step.evaluate(input);
    }

    @Override
    public void resume() {
      step.resume();
    }

    /** Fills what the host has left to the device. */
    private void complete(StepInput input) {
      if (input.foundRows() != null) {
        input.uniqueOf().put(0, finder.uniqueOf(input.foundRows()));
      }
      var next = new int[input.uniqueRows()];
      input.rowStarts().get(0, next);
      for (int lookup = 0; lookup < input.batch().lookups(); lookup++) {
        input.rowLookups().put(next[input.uniqueOf().get(lookup)]++, lookup);
      }
      if (input.bagOf() != null) {
        Lookup.all(input.batch()).forEach(l -> input.bagOf().put(l.number(), l.bag()));
      }
    }

    @Override
    public DenseState dense() {
      return step.dense();
    }

    @Override
    public long deviceBytes() {
      return step.deviceBytes();
    }

    @Override
    public void close() {
      step.close();
    }
  }
}
