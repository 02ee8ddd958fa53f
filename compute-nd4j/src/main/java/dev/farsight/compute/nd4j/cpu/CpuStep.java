package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.CompiledStep;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.model.Tape;

/**
 * A step of one rank: the {@linkplain SamplePass pass over samples}, then, once all are through and
 * the loss is known to be finite, a parallel loop that makes the gradients of parameters and
 * updates them. Done when the call returns. Allocates nothing.
 */
final class CpuStep implements CompiledStep {

  private final NativeMemory memory = new NativeMemory();
  private final Workers workers;
  private final StepParts parts;
  private final SamplePass pass;
  private final Update[] updates;
  private final Scratch[] scratch;
  private final Workers.Task update = this::update;
  private StepInput input;

  /** Whether a loss was not finite, so that nothing is updated. */
  private boolean halted;

  CpuStep(Tape tape, StepSpec spec, CpuSlots slots, OpenBlas blas, Workers workers) {
    this.workers = workers;
    this.scratch = Scratch.of(workers.threads());
    try {
      this.parts =
          new StepParts(
              tape, spec, slots.rows(), null, new LearningAlone(), blas, workers.threads(), memory);
      var program = new StepCompiler(tape, parts).compile();
      this.pass = new SamplePass(parts, program, workers, scratch);
      this.updates = program.updates().toArray(Update[]::new);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  @Override
  public Ticket train(StepInput input) {
    this.input = input;
    float mean = pass.train(input);
    input.loss().put(0, mean);
    halted |= !Float.isFinite(mean);
    parts.saturated().set(0);
    if (!halted) {
      parts.rules().begin(input);
      workers.run(updates.length, update);
    }
    input.saturated().put(0, parts.saturated().get());
    return Ticket.DONE;
  }

  private void update(int index, int worker) {
    updates[index].run(input, scratch[worker]);
  }

  @Override
  public Ticket evaluate(StepInput input) {
    pass.evaluate(input);
    return Ticket.DONE;
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
