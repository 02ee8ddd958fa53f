package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.List;

/** The commands of dropout. What is dropped is not kept: the backward finds it again. */
final class Dropouts {

  private static final int BLOCKS_EACH = 8;

  private final StepKernels kernels;
  private final StepValues values;
  private final Arithmetic arithmetic;

  Dropouts(StepKernels kernels, StepValues values, Arithmetic arithmetic) {
    this.kernels = kernels;
    this.values = values;
    this.arithmetic = arithmetic;
  }

  /** Of a training step. */
  List<Command> forward(Op.Dropout op) {
    return List.of(drop(op, values.get(op.input()), values.make(op.output()), false));
  }

  /** Of an evaluation, which drops nothing; after {@link #forward}. */
  List<Command> evaluate(Op.Dropout op) {
    return List.of(arithmetic.copy(values.get(op.input()), values.get(op.output())));
  }

  List<Command> backward(Op.Dropout op, Value g) {
    Sink to = values.sink(op.input());
    return to.wanted() ? List.of(drop(op, g, to.gradient(), to.add())) : List.of();
  }

  private Command drop(Op.Dropout op, Value from, Value to, boolean add) {
    return kernels.strided(
        BLOCKS_EACH,
        kernels.ofBatch(
            Stage.VALUES,
            "drop_values",
            from.address(),
            from.wideFlag(),
            to.address(),
            to.wideFlag(),
            add ? 1 : 0,
            to.ld(),
            to.size(),
            op.output().id(),
            op.threshold(),
            Double.doubleToRawLongBits(op.keptFactor())));
  }
}
