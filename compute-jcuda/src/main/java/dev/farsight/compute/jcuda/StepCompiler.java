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
  private final DeviceMemory memory;

  /** Null if there is one rank. */
  private final RankExchange exchange;

  private final TapeUse tape;
  private final StepValues values;
  private final DenseParameters parameters;
  private final Kernels module;
  private final StepKernels kernels;

  /** The kernels of what slots hold; null if that is whole rows, which {@link #module} has. */
  private final Kernels columns;

  /** Those kernels, or all. */
  private final StepKernels owned;

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

  /** Null if rows are frozen. */
  private final RowUpdates rowUpdates;

  /**
   * @param slots of this rank
   * @param peers the ranks that share the step; null if there is one
   */
  StepCompiler(
      JcudaBackend backend,
      Tape recorded,
      StepSpec spec,
      JcudaSlots slots,
      CublasLt lt,
      Peers peers,
      DeviceMemory memory) {
    this.backend = backend;
    this.spec = spec;
    this.memory = memory;
    var precision = backend.precision();
    int batchSize = spec.batchSize();
    var shape = new BagShape(spec);
    boolean rowsLearn = !spec.optimizer().freezeRows();
    tape = new TapeUse(recorded, !shape.pooled(), rowsLearn);
    values = new StepValues(tape, batchSize, precision, memory);
    boolean shared = peers != null;
    parameters = new DenseParameters(backend, recorded.ops(), spec.optimizer(), shared, memory);
    module = backend.load(StepKernels.source(spec, precision, shared && peers.direct()));
    kernels = new StepKernels(module, backend.device());
    boolean byColumns = shared && spec.exchange().columns();
    columns =
        byColumns ? backend.load(StepKernels.ofColumns(spec, precision, peers.direct())) : null;
    owned = byColumns ? new StepKernels(columns, backend.device()) : kernels;
    products = new Products(parameters, lt, precision, batchSize);
    layers = new Layers(kernels, values, parameters, products);
    exchange =
        shared
            ? new RankExchange(
                backend, spec, peers, slots, parameters.gradients(), parameters.total(), memory)
            : null;
    long rows = shared ? exchange.rowsFrom() : slots.weights();
    var rowPrecision = slots.format().precision();
    interactions = new Interactions(backend, tape, values, rowPrecision, rows, batchSize);
    copies = new Copies(kernels, values);
    arithmetic = new Arithmetic(kernels, values);
    crosses = new Crosses(kernels, values, parameters, products);
    machines = new Machines(kernels, values);
    norms = new Norms(kernels, values, parameters);
    dropouts = new Dropouts(kernels, values, arithmetic);
    bags = new Bags(kernels, values, rows, shape, rowsLearn, memory);
    loss = new Loss(kernels, batchSize, memory);
    rowUpdates =
        rowsLearn ? new RowUpdates(kernels, owned, spec, slots, loss.halted(), memory) : null;
  }

  Program compile() {
    List<Op> ops = tape.needed();
    List<Command> train = new ArrayList<>();
    List<Command> evaluate = new ArrayList<>();
    List<Command> withoutRows = new ArrayList<>();
    for (Op op : ops) {
      List<Command> forward = forward(op);
      boolean early = exchange != null && !tape.dependsOnRows(op);
      (early ? withoutRows : train).addAll(forward);
      evaluate.addAll(op instanceof Op.Dropout drop ? dropouts.evaluate(drop) : forward);
    }
    if (exchange != null) {
      var send = exchange.sendRows(kernels, owned);
      train.addAll(0, exchange.beside("send rows", send, withoutRows));
      evaluate.addAll(0, exchange.sendRows(kernels, owned));
    }
    Value z = values.get(tape.logits());
    Value dz = tape.learns(tape.logits()) ? values.gradient(tape.logits()) : null;
    train.addAll(exchange == null ? loss.commands(z, dz, true) : loss.part(z, dz, exchange));
    if (exchange == null) {
      train.addAll(backward(ops));
      train.add(parameters.update(kernels, loss.halted()));
    } else {
      train.addAll(sharedBackward(ops));
    }

    if (spec.schema().labelled()) {
      evaluate.addAll(loss.commands(z, null, false));
    }
    evaluate.add(loss.logitsOut(z));
    if (exchange != null) {
      evaluate.addAll(exchange.endEvaluation(kernels));
    }
    List<Kernels> modules = interactions.modules();
    modules.add(module);
    if (columns != null) {
      modules.add(columns);
    }
    var order = LookupOrdering.of(backend, module, spec, memory);
    modules.addAll(order.modules());
    Command weigh = spec.schema().weighted() && exchange == null ? loss.weigh() : null;
    List<Command> prepare = exchange == null ? List.of() : exchange.prepare(kernels);
    return new Program(
        order,
        weigh,
        prepare,
        train,
        evaluate,
        loss.resume(),
        parameters,
        exchange,
        products.all(),
        modules);
  }

  /** The backward of ops, from the last to the first. */
  private List<Command> backward(List<Op> ops) {
    List<Command> commands = new ArrayList<>();
    for (int i = ops.size() - 1; i >= 0; i--) {
      Value gradient = values.delivered(ops.get(i));
      if (gradient != null) {
        commands.addAll(backward(ops.get(i), gradient));
        values.release(ops.get(i));
      }
    }
    return commands;
  }

  /**
   * The backward and the updates where several ranks share the step. As soon as the gradient of the
   * rows is complete, they are summed and sent, beside the rest of the backward.
   */
  private List<Command> sharedBackward(List<Op> ops) {
    List<Op> rows = ops.stream().filter(op -> op instanceof Op.EmbeddingBag).toList();
    List<Op> others = ops.stream().filter(op -> !(op instanceof Op.EmbeddingBag)).toList();
    int firstReader = 0;
    while (firstReader < others.size() && !tape.readsRows(others.get(firstReader))) {
      firstReader++;
    }
    List<Command> commands = new ArrayList<>(backward(others.subList(firstReader, others.size())));
    List<Command> sums = backward(rows);
    List<Command> rest = backward(others.subList(0, firstReader));
    rest.add(parameters.sumColumns(kernels));
    commands.addAll(exchange.beside("send gradients of rows", sums, rest));
    commands.addAll(exchange.sendGradients(kernels, loss.halted()));
    List<Command> ofParameters = new ArrayList<>();
    ofParameters.add(parameters.update(kernels, loss.halted(), exchange.routes()));
    List<Command> ofRows = rowUpdates == null ? List.of() : rowUpdates.ofOwned(exchange);
    // Updates of columns read numbers that other ranks have.
    boolean leavesLast = exchange.shape().columns();
    if (!leavesLast) {
      ofParameters.addAll(exchange.leave(kernels));
    }
    commands.addAll(exchange.beside("update of parameters", ofParameters, ofRows));
    if (leavesLast) {
      commands.addAll(exchange.leave(kernels));
    }
    return commands;
  }

  private List<Command> forward(Op op) {
    if (op instanceof Op.Dense dense) {
      return List.of(copies.forward(dense));
    } else if (op instanceof Op.EmbeddingBag bag) {
      return tape.pooled(bag.output()) ? pooled(bag) : List.of();
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

  private List<Command> pooled(Op.EmbeddingBag bag) {
    Command forward = bags.forward(bag);
    return exchange != null && exchange.sums()
        ? List.of(forward, exchange.addSums(kernels, values.get(bag.output())))
        : List.of(forward);
  }

  private List<Command> backward(Op op, Value gradient) {
    if (op instanceof Op.EmbeddingBag) {
      return exchange == null
          ? rowUpdates.commands(gradient, bags.winners())
          : rowUpdates.sums(gradient, bags.winners(), exchange);
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
