package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Turns a tape into kernels and updates. Ops that the logits do not depend on are left out, as are
 * gradients of values before which nothing learns.
 */
final class StepCompiler {

  private final Tape tape;
  private final StepParts parts;
  private final TapeFlow flow;
  private final Value[] values;
  private final boolean[] delivered;

  StepCompiler(Tape tape, StepParts parts) {
    this.tape = tape;
    this.parts = parts;
    this.flow = new TapeFlow(tape, parts.spec().optimizer().freezeRows());
    this.values = new Value[tape.ops().size()];
    this.delivered = new boolean[tape.ops().size()];
  }

  /**
   * What the compiler makes.
   *
   * @param kernels in tape order
   * @param learning those of them whose values have gradients
   * @param updates the greatest first
   */
  record Program(List<Kernel> kernels, List<Kernel> learning, Value logits, List<Update> updates) {}

  Program compile() {
    for (Op op : tape.ops()) {
      if (flow.runs(op)) {
        int width = op.output().size();
        values[op.output().id()] =
            new Value(parts.values(width), flow.learns(op) ? parts.gradients(width) : null);
      }
    }
    // Backwards, because gradients are delivered so.
    Deque<Kernel> kernels = new ArrayDeque<>();
    Deque<Kernel> learning = new ArrayDeque<>();
    for (int id = values.length - 1; id >= 0; id--) {
      Op op = tape.ops().get(id);
      if (flow.runs(op)) {
        var kernel = Kernel.of(op, valuesOf(op), parts);
        kernels.addFirst(kernel);
        if (flow.learns(op)) {
          learning.addFirst(kernel);
        }
      }
    }
    parts.updates().sort(Comparator.comparingLong(Update::cost).reversed());
    return new Program(
        List.copyOf(kernels),
        List.copyOf(learning),
        value(tape.logits()),
        List.copyOf(parts.updates()));
  }

  private OpValues valuesOf(Op op) {
    var inputs = op.inputs().stream().map(input -> value(input).output()).toList();
    var toInputs = op.inputs().stream().map(this::sink).toList();
    return new OpValues(inputs, toInputs, value(op.output()));
  }

  private Value value(Tensor tensor) {
    return values[flow.shared(tensor)];
  }

  private Sink sink(Tensor tensor) {
    int id = flow.shared(tensor);
    boolean first = !delivered[id];
    delivered[id] = true;
    return new Sink(values[id].gradient(), first);
  }
}
