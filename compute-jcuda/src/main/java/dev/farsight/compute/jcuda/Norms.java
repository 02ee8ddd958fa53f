package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The commands of layer normalisation. Mean and deviation of each sample are kept. */
final class Norms {

  private static final int BLOCKS_EACH = 8;

  /** Floats that are kept of a sample, as in norm.cu. */
  private static final int MOMENTS = 2;

  private final StepKernels kernels;
  private final StepValues values;
  private final DenseParameters parameters;
  private final Map<Integer, Long> moments = new HashMap<>();

  Norms(StepKernels kernels, StepValues values, DenseParameters parameters) {
    this.kernels = kernels;
    this.values = values;
    this.parameters = parameters;
  }

  private long weight(Op.LayerNorm op) {
    return parameters.place(op.name() + ".weight").at();
  }

  private long bias(Op.LayerNorm op) {
    return parameters.place(op.name() + ".bias").at();
  }

  List<Command> forward(Op.LayerNorm op) {
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    long own = values.keepFloats(MOMENTS);
    moments.put(op.output().id(), own);
    return List.of(
        kernels.strided(
            BLOCKS_EACH,
            kernels.of(
                Stage.NORM,
                "norm_forward",
                x.address(),
                x.ld(),
                x.wideFlag(),
                x.size(),
                Double.doubleToRawLongBits(op.eps()),
                parameters.value(weight(op)),
                parameters.value(bias(op)),
                own,
                y.address(),
                y.wideFlag())));
  }

  List<Command> backward(Op.LayerNorm op, Value g) {
    Value x = values.get(op.input());
    Sink to = values.sink(op.input());
    long own = moments.get(op.output().id());
    List<Command> commands = new ArrayList<>();
    commands.add(
        StepKernels.tiled(
            x.ld(),
            kernels.of(
                Stage.NORM,
                "norm_sums",
                x.address(),
                x.ld(),
                x.wideFlag(),
                own,
                g.address(),
                g.wideFlag(),
                parameters.sum(weight(op)),
                parameters.sum(bias(op)),
                parameters.columns())));
    if (to.wanted()) {
      commands.add(
          kernels.strided(
              BLOCKS_EACH,
              kernels.of(
                  Stage.NORM,
                  "norm_backward",
                  x.address(),
                  x.ld(),
                  x.wideFlag(),
                  x.size(),
                  parameters.value(weight(op)),
                  own,
                  g.address(),
                  g.wideFlag(),
                  to.address(),
                  to.wideFlag(),
                  to.addFlag())));
    }
    return commands;
  }
}
