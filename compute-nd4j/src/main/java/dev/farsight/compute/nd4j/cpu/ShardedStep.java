package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.model.Tape;
import java.util.Comparator;

/**
 * The part of one rank of a step that several ranks share, as {@link RowExchange} defines it: rows
 * arrive, the {@linkplain SamplePass pass over samples} reads them where a step of one rank reads
 * slots, gradients are made and summed over ranks, and all that this rank owns is updated. Between
 * these parts, the calling thread waits for the other ranks. Done when the call returns. Allocates
 * nothing.
 *
 * <p>Losses are summed with the gradients, so all ranks see the same loss and halt in the same
 * step. A rank without samples takes part all the same.
 */
final class ShardedStep implements CompiledStep {

  private final NativeMemory memory = new NativeMemory();
  private final Workers workers;
  private final StepParts parts;
  private final RowTraffic traffic;

  /** Null if all tables exchange rows. */
  private final BagTraffic bags;

  private final OwnedBags ownedBags;
  private final FlatGradients flat;
  private final boolean rowsLearn;

  /** Null if rows are whole, or do not learn. */
  private final OwnedColumns columns;

  private final SamplePass pass;
  private final Update[] gradients;
  private final Update[] updates;
  private final Scratch[] scratch;
  private final Workers.Task copy = this::copy;
  private final Workers.Task sum = this::sum;
  private final Workers.Task join = this::join;
  private final Workers.Task gradient = this::gradient;
  private final Workers.Task update = this::update;
  private StepInput input;

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  ShardedStep(
      Tape tape,
      StepSpec spec,
      CpuSlots slots,
      Collective collective,
      OpenBlas blas,
      Workers workers) {
    this.workers = workers;
    this.scratch = Scratch.of(workers.threads());
    try {
      int firstColumn = spec.exchange().columns() ? collective.rank() * spec.slotFormat().dim() : 0;
      var slotRows = SlotRows.of(slots.rows(), spec.seed(), firstColumn, workers.threads());
      this.bags = BagTraffic.of(spec, collective, memory);
      this.traffic = new RowTraffic(spec, slots.rows(), slotRows, collective, bags, memory);
      this.flat = new FlatGradients(tape, collective, memory);
      var learning = new LearningTogether(flat, traffic);
      this.parts =
          new StepParts(
              tape, spec, traffic.arrived(), bags, learning, blas, workers.threads(), memory);
      this.ownedBags = bags == null ? null : new OwnedBags(parts, traffic, bags);
      var program = new StepCompiler(tape, parts).compile();
      this.pass = new SamplePass(parts, program, workers, scratch);
      this.gradients = program.updates().toArray(Update[]::new);
      this.updates =
          learning.updates(parts.rules()).stream()
              .sorted(Comparator.comparingLong(Update::cost).reversed())
              .toArray(Update[]::new);
      this.rowsLearn = learning.rowsLearn();
      this.columns = learning.columns();
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  @Override
  public Ticket train(StepInput input) {
    receiveRows(input);
    float part = pass.train(input);
    if (input.batch().samples() > 0) {
      workers.run(gradients.length, gradient);
    } else {
      flat.clear();
    }
    if (rowsLearn) {
      traffic.sendGradients();
    }
    float mean = flat.sum(part);
    input.loss().put(0, mean);
    halted |= !Float.isFinite(mean);
    parts.saturated().set(0);
    if (!halted) {
      parts.rules().begin(input);
      if (columns != null) {
        columns.prepare(input, workers, scratch);
      }
      workers.run(updates.length, update);
    }
    input.saturated().put(0, parts.saturated().get());
    return Ticket.DONE;
  }

  @Override
  public Ticket evaluate(StepInput input) {
    receiveRows(input);
    pass.evaluate(input);
    return Ticket.DONE;
  }

  private void receiveRows(StepInput input) {
    this.input = input;
    workers.run(traffic.begin(input.exchange()), copy);
    traffic.sendWeights();
    if (bags != null) {
      workers.run(ownedBags.begin(input.exchange()), sum);
      bags.sendSums();
    }
    workers.run(traffic.joins(input.exchange()), join);
  }

  private void copy(int task, int worker) {
    traffic.copy(input.exchange(), task, scratch[worker]);
  }

  private void sum(int task, int worker) {
    ownedBags.sum(input.exchange(), task, scratch[worker]);
  }

  private void join(int task, int worker) {
    traffic.join(input.exchange(), task);
  }

  private void gradient(int index, int worker) {
    gradients[index].run(input, scratch[worker]);
  }

  private void update(int index, int worker) {
    updates[index].run(input, scratch[worker]);
  }

  @Override
  public void resume() {
    halted = false;
  }

  @Override
  public DenseState dense() {
    return parts.parameters();
  }

  @Override
  public long deviceBytes() {
    return memory.allocated();
  }

  @Override
  public void close() {
    memory.close();
  }
}
