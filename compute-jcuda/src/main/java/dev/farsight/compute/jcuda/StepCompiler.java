package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.StepSpec;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import java.util.ArrayList;
import java.util.List;

/** Turns a tape into commands, op by op: forward in order, backward in reverse. */
final class StepCompiler {

  private final JcudaBackend backend;
  private final StepSpec spec;
  private final JcudaSlots slots;
  private final DeviceMemory memory;
  private final TapeUse tape;
  private final StepValues values;
  private final DenseParameters parameters;
  private final Kernels module;
  private final StepKernels kernels;
  private final Layers layers;
  private final Interactions interactions;
  private final Copies copies;
  private final Bags bags;
  private final Loss loss;

  StepCompiler(
      JcudaBackend backend,
      Tape recorded,
      StepSpec spec,
      JcudaSlots slots,
      CublasLt lt,
      DeviceMemory memory) {
    this.backend = backend;
    this.spec = spec;
    this.slots = slots;
    this.memory = memory;
    var precision = backend.precision();
    int batchSize = spec.batchSize();
    var shape = new BagShape(spec);
    boolean rowsLearn = !spec.optimizer().freezeRows();
    tape = new TapeUse(recorded, !shape.pooled(), rowsLearn);
    values = new StepValues(tape, batchSize, precision, memory);
    parameters = new DenseParameters(backend, recorded.ops(), spec.optimizer(), memory);
    module = backend.load(StepKernels.source(spec, precision));
    kernels = new StepKernels(module, backend.device());
    layers = new Layers(kernels, values, parameters, lt, precision, batchSize);
    interactions = new Interactions(backend, tape, values, slots, batchSize);
    copies = new Copies(kernels, values);
    bags = new Bags(kernels, values, slots, shape, rowsLearn, memory);
    loss = new Loss(kernels, batchSize, memory);
  }

  Program compile() {
    List<Op> ops = tape.needed();
    List<Command> forward = new ArrayList<>();
    ops.forEach(op -> forward(op, forward));
    Value z = values.get(tape.logits());

    List<Command> train = new ArrayList<>(forward);
    train.addAll(
        loss.commands(z, tape.learns(tape.logits()) ? values.gradient(tape.logits()) : null, true));
    for (int i = ops.size() - 1; i >= 0; i--) {
      Value gradient = values.delivered(ops.get(i));
      if (gradient != null) {
        backward(ops.get(i), gradient, train);
        values.release(ops.get(i));
      }
    }
    train.add(parameters.update(kernels, loss.halted()));

    List<Command> evaluate = new ArrayList<>(forward);
    if (spec.schema().labelled()) {
      evaluate.addAll(loss.commands(z, null, false));
    }
    evaluate.add(loss.logitsOut(z));
    List<Kernels> modules = interactions.modules();
    modules.add(module);
    var order = LookupOrdering.of(backend, module, spec, memory);
    modules.addAll(order.modules());
    Command weigh = spec.schema().weighted() ? loss.weigh() : null;
    return new Program(
        order, weigh, train, evaluate, loss.resume(), parameters, layers.products(), modules);
  }

  private void forward(Op op, List<Command> to) {
    if (op instanceof Op.Dense dense) {
      to.add(copies.forward(dense));
    } else if (op instanceof Op.EmbeddingBag bag) {
      if (tape.pooled(bag.output())) {
        to.add(bags.forward(bag));
      }
    } else if (op instanceof Op.Linear linear) {
      to.addAll(layers.forward(linear));
    } else if (op instanceof Op.Pairwise pair) {
      to.add(interactions.forward(pair));
    } else if (op instanceof Op.Concat concat) {
      to.addAll(copies.forward(concat));
    }
  }

  private void backward(Op op, Value gradient, List<Command> to) {
    if (op instanceof Op.Linear linear) {
      to.addAll(layers.backward(linear, gradient));
    } else if (op instanceof Op.Pairwise pair) {
      to.add(interactions.backward(pair, gradient));
    } else if (op instanceof Op.Concat concat) {
      to.addAll(copies.backward(concat, gradient));
    } else if (op instanceof Op.EmbeddingBag) {
      to.addAll(
          RowUpdates.of(kernels, spec, slots, gradient, bags.winners(), loss.halted(), memory));
    }
  }
}
