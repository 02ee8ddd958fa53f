package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tensor;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.List;

/** The commands of ops that add, multiply and cut out values. */
final class Arithmetic {

  private static final int BLOCKS_EACH = 8;

  /** Values that a kernel adds at once. */
  private static final int ADDED_AT_ONCE = 4;

  private static final Value NOTHING = new Value(0, 0, 0, true);

  private final StepKernels kernels;
  private final StepValues values;

  Arithmetic(StepKernels kernels, StepValues values) {
    this.kernels = kernels;
    this.values = values;
  }

  List<Command> forward(Op.Add op) {
    Value y = values.make(op.output());
    List<Value> inputs = op.inputs().stream().map(values::get).toList();
    List<Command> commands = new ArrayList<>();
    List<Value> some = new ArrayList<>();
    for (Value input : inputs) {
      some.add(input);
      if (some.size() == ADDED_AT_ONCE) {
        commands.add(add(some, y));
        some = new ArrayList<>(List.of(y));
      }
    }
    if (commands.isEmpty() || some.size() > 1) {
      commands.add(add(some, y));
    }
    return commands;
  }

  List<Command> backward(Op.Add op, Value g) {
    List<Command> commands = new ArrayList<>();
    for (Tensor input : op.inputs()) {
      Sink to = values.sink(input);
      if (to.wanted()) {
        Value gradient = to.gradient();
        commands.add(add(to.add() ? List.of(gradient, g) : List.of(g), gradient));
      }
    }
    return commands;
  }

  /** {@code to = from}, of one shape. */
  Command copy(Value from, Value to) {
    return add(List.of(from), to);
  }

  private Command add(List<Value> some, Value to) {
    var arguments = new long[2 * ADDED_AT_ONCE + 3];
    for (int i = 0; i < ADDED_AT_ONCE; i++) {
      Value value = i < some.size() ? some.get(i) : NOTHING;
      arguments[2 * i] = value.address();
      arguments[2 * i + 1] = value.wideFlag();
    }
    arguments[2 * ADDED_AT_ONCE] = to.address();
    arguments[2 * ADDED_AT_ONCE + 1] = to.wideFlag();
    arguments[2 * ADDED_AT_ONCE + 2] = values.fours(to);
    return launch("add_values", arguments);
  }

  List<Command> forward(Op.Multiply op) {
    Value y = values.make(op.output());
    return List.of(multiply(values.get(op.left()), values.get(op.right()), y, false));
  }

  List<Command> backward(Op.Multiply op, Value g) {
    List<Command> commands = new ArrayList<>();
    deliverProduct(g, op.right(), op.left(), commands);
    deliverProduct(g, op.left(), op.right(), commands);
    return commands;
  }

  private void deliverProduct(Value g, Tensor other, Tensor input, List<Command> commands) {
    Sink to = values.sink(input);
    if (to.wanted()) {
      commands.add(multiply(g, values.get(other), to.gradient(), to.add()));
    }
  }

  private Command multiply(Value left, Value right, Value to, boolean add) {
    return launch(
        "multiply_values",
        left.address(),
        left.wideFlag(),
        right.address(),
        right.wideFlag(),
        to.address(),
        to.wideFlag(),
        add ? 1 : 0,
        values.fours(to));
  }

  List<Command> forward(Op.Sum op) {
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    return List.of(
        launch(
            "sum_forward", x.address(), x.ld(), x.wideFlag(), y.address(), y.ld(), y.wideFlag()));
  }

  List<Command> backward(Op.Sum op, Value g) {
    Sink to = values.sink(op.input());
    if (!to.wanted()) {
      return List.of();
    }
    return List.of(
        launch(
            "sum_backward",
            g.address(),
            g.ld(),
            g.wideFlag(),
            to.address(),
            to.ld(),
            to.wideFlag(),
            to.addFlag(),
            op.input().size()));
  }

  List<Command> forward(Op.Slice op) {
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    return List.of(
        launch(
            "slice_forward",
            x.address(),
            x.ld(),
            x.wideFlag(),
            op.input().width(),
            op.from(),
            op.output().width(),
            op.output().size(),
            y.address(),
            y.ld(),
            y.wideFlag()));
  }

  List<Command> backward(Op.Slice op, Value g) {
    Sink to = values.sink(op.input());
    if (!to.wanted()) {
      return List.of();
    }
    return List.of(
        launch(
            "slice_backward",
            g.address(),
            g.ld(),
            g.wideFlag(),
            op.input().width(),
            op.from(),
            op.output().width(),
            op.input().size(),
            to.address(),
            to.ld(),
            to.wideFlag(),
            to.addFlag()));
  }

  private Command launch(String kernel, long... arguments) {
    return kernels.strided(BLOCKS_EACH, kernels.of(Stage.VALUES, kernel, arguments));
  }
}
