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
  private final Products products;
  private final Layers layers;
  private final Interactions interactions;
  private final Copies copies;
  private final Arithmetic arithmetic;
  private final Crosses crosses;
  private final Machines machines;
  private final Norms norms;
  private final Dropouts dropouts;
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
    products = new Products(parameters, lt, precision, batchSize);
    layers = new Layers(kernels, values, parameters, products);
    interactions = new Interactions(backend, tape, values, slots, batchSize);
    copies = new Copies(kernels, values);
    arithmetic = new Arithmetic(kernels, values);
    crosses = new Crosses(kernels, values, parameters, products);
    machines = new Machines(kernels, values);
    norms = new Norms(kernels, values, parameters);
    dropouts = new Dropouts(kernels, values, arithmetic);
    bags = new Bags(kernels, values, slots, shape, rowsLearn, memory);
    loss = new Loss(kernels, batchSize, memory);
  }

  Program compile() {
    List<Op> ops = tape.needed();
    List<Command> train = new ArrayList<>();
    List<Command> evaluate = new ArrayList<>();
    for (Op op : ops) {
      List<Command> forward = forward(op);
      train.addAll(forward);
      evaluate.addAll(op instanceof Op.Dropout drop ? dropouts.evaluate(drop) : forward);
    }
    Value z = values.get(tape.logits());

    train.addAll(
        loss.commands(z, tape.learns(tape.logits()) ? values.gradient(tape.logits()) : null, true));
    for (int i = ops.size() - 1; i >= 0; i--) {
      Value gradient = values.delivered(ops.get(i));
      if (gradient != null) {
        train.addAll(backward(ops.get(i), gradient));
        values.release(ops.get(i));
      }
    }
    train.add(parameters.update(kernels, loss.halted()));

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
        order, weigh, train, evaluate, loss.resume(), parameters, products.all(), modules);
  }

  private List<Command> forward(Op op) {
    if (op instanceof Op.Dense dense) {
      return List.of(copies.forward(dense));
    } else if (op instanceof Op.EmbeddingBag bag) {
      return tape.pooled(bag.output()) ? List.of(bags.forward(bag)) : List.of();
    } else if (op instanceof Op.Linear linear) {
      return layers.forward(linear);
    } else if (op instanceof Op.Pairwise pair) {
      return List.of(interactions.forward(pair));
    } else if (op instanceof Op.Concat concat) {
      return copies.forward(concat);
    } else if (op instanceof Op.Slice slice) {
      return arithmetic.forward(slice);
    } else if (op instanceof Op.Add add) {
      return arithmetic.forward(add);
    } else if (op instanceof Op.Multiply multiply) {
      return arithmetic.forward(multiply);
    } else if (op instanceof Op.Sum sum) {
      return arithmetic.forward(sum);
    } else if (op instanceof Op.Cross cross) {
      return crosses.forward(cross);
    } else if (op instanceof Op.FactorizationMachine machine) {
      return machines.forward(machine);
    } else if (op instanceof Op.LayerNorm norm) {
      return norms.forward(norm);
    } else if (op instanceof Op.Dropout dropout) {
      return dropouts.forward(dropout);
    }
    throw new IllegalArgumentException("unknown op " + op);
  }

  private List<Command> backward(Op op, Value gradient) {
    if (op instanceof Op.EmbeddingBag) {
      return RowUpdates.of(kernels, spec, slots, gradient, bags.winners(), loss.halted(), memory);
    } else if (op instanceof Op.Linear linear) {
      return layers.backward(linear, gradient);
    } else if (op instanceof Op.Pairwise pair) {
      return List.of(interactions.backward(pair, gradient));
    } else if (op instanceof Op.Concat concat) {
      return copies.backward(concat, gradient);
    } else if (op instanceof Op.Slice slice) {
      return arithmetic.backward(slice, gradient);
    } else if (op instanceof Op.Add add) {
      return arithmetic.backward(add, gradient);
    } else if (op instanceof Op.Multiply multiply) {
      return arithmetic.backward(multiply, gradient);
    } else if (op instanceof Op.Sum sum) {
      return arithmetic.backward(sum, gradient);
    } else if (op instanceof Op.Cross cross) {
      return crosses.backward(cross, gradient);
    } else if (op instanceof Op.FactorizationMachine machine) {
      return machines.backward(machine, gradient);
    } else if (op instanceof Op.LayerNorm norm) {
      return norms.backward(norm, gradient);
    } else if (op instanceof Op.Dropout dropout) {
      return dropouts.backward(dropout, gradient);
    }
    throw new IllegalArgumentException("an op without a backward " + op);
  }
}
