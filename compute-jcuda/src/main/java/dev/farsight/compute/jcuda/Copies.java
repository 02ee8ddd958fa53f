package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tensor;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of ops that only copy: dense features, concatenations, but for inputs that lie in
 * their place already.
 */
final class Copies {

  private static final int BLOCKS_EACH = 8;

  private final StepKernels kernels;
  private final StepValues values;

  Copies(StepKernels kernels, StepValues values) {
    this.kernels = kernels;
    this.values = values;
  }

  Command forward(Op.Dense op) {
    Value y = values.make(op.output());
    return kernels.strided(
        BLOCKS_EACH, kernels.ofBatch(Stage.VALUES, "dense_forward", y.address(), y.ld()));
  }

  List<Command> forward(Op.Concat op) {
    Value y = values.make(op.output());
    List<Command> commands = new ArrayList<>();
    long at = 0;
    for (Tensor input : op.inputs()) {
      if (!values.inPlace(input)) {
        commands.add(copy(values.get(input), 0, y, at, input.size(), input.size(), false));
      }
      at += input.size();
    }
    return commands;
  }

  List<Command> backward(Op.Concat op, Value g) {
    List<Command> commands = new ArrayList<>();
    long at = 0;
    for (Tensor input : op.inputs()) {
      Sink to = values.sink(input);
      if (to.wanted() && !values.inPlace(input)) {
        commands.add(copy(g, at, to.gradient(), 0, input.size(), to.ld(), to.add()));
      }
      at += input.size();
    }
    return commands;
  }

  private Command copy(
      Value from, long fromAt, Value to, long toAt, long width, long columns, boolean add) {
    return kernels.strided(
        BLOCKS_EACH,
        kernels.of(
            Stage.VALUES,
            "copy_columns",
            from.address(),
            from.ld(),
            fromAt,
            from.wideFlag(),
            to.address(),
            to.ld(),
            toAt,
            to.wideFlag(),
            width,
            columns,
            add ? 1 : 0));
  }
}
