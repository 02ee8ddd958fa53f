package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.List;

/** The commands of factorization machines: one kernel each way. */
final class Machines {

  private static final int BLOCKS_EACH = 8;

  private final StepKernels kernels;
  private final StepValues values;

  Machines(StepKernels kernels, StepValues values) {
    this.kernels = kernels;
    this.values = values;
  }

  List<Command> forward(Op.FactorizationMachine op) {
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    return List.of(
        launch(
            "machine_forward",
            x.address(),
            x.ld(),
            x.wideFlag(),
            op.input().features(),
            op.input().width(),
            y.address(),
            y.ld(),
            y.wideFlag()));
  }

  List<Command> backward(Op.FactorizationMachine op, Value g) {
    Sink to = values.sink(op.input());
    if (!to.wanted()) {
      return List.of();
    }
    Value x = values.get(op.input());
    return List.of(
        launch(
            "machine_backward",
            x.address(),
            x.ld(),
            x.wideFlag(),
            op.input().features(),
            op.input().width(),
            g.address(),
            g.ld(),
            g.wideFlag(),
            to.address(),
            to.wideFlag(),
            to.addFlag()));
  }

  private Command launch(String kernel, long... arguments) {
    return kernels.strided(BLOCKS_EACH, kernels.of(Stage.INTERACTION, kernel, arguments));
  }
}
