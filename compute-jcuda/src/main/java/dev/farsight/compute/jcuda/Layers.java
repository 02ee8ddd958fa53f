package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.compute.jcuda.ParameterLayout.Place;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of linear layers: matrix products with bias and ReLU in the epilogue, sigmoid and
 * tanh in a kernel after it; a layer of one output by kernels of its own, which keep its weights as
 * a vector.
 */
final class Layers {

  private static final int BLOCKS_EACH = 8;

  private final StepKernels kernels;
  private final StepValues values;
  private final DenseParameters parameters;
  private final Products products;

  Layers(StepKernels kernels, StepValues values, DenseParameters parameters, Products products) {
    this.kernels = kernels;
    this.values = values;
    this.parameters = parameters;
    this.products = products;
  }

  private static boolean single(Op.Linear op) {
    return op.output().size() == 1;
  }

  private Place weight(Op.Linear op) {
    return parameters.place(op.name() + ".weight");
  }

  private Place bias(Op.Linear op) {
    return parameters.place(op.name() + ".bias");
  }

  /** Its number, as in layers.cu. */
  private static long activation(Op.Linear op) {
    return switch (op.activation()) {
      case NONE -> 0;
      case RELU -> 1;
      case SIGMOID -> 2;
      case TANH -> 3;
    };
  }

  List<Command> forward(Op.Linear op) {
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    return single(op) ? singleForward(op, x, y) : fullForward(op, x, y);
  }

  private List<Command> singleForward(Op.Linear op, Value x, Value y) {
    return List.of(
        kernels.strided(
            BLOCKS_EACH,
            kernels.of(
                Stage.LAYERS,
                "single_forward",
                x.address(),
                x.ld(),
                parameters.value(weight(op).at()),
                parameters.value(bias(op).at()),
                y.address(),
                y.ld(),
                y.wideFlag(),
                activation(op))));
  }

  private List<Command> fullForward(Op.Linear op, Value x, Value y) {
    var relu = op.activation() == Activation.RELU;
    var epilogue = relu ? Gemm.Epilogue.RELU_BIAS : Gemm.Epilogue.BIAS;
    Command product = products.forward(op.name(), weight(op), x, y, epilogue, bias(op));
    if (relu || op.activation() == Activation.NONE) {
      return List.of(product);
    }
    Launch activate =
        kernels.of(Stage.LAYERS, "activate", y.address(), y.ld(), y.size(), activation(op));
    return List.of(product, kernels.strided(BLOCKS_EACH, activate));
  }

  List<Command> backward(Op.Linear op, Value g) {
    Value x = values.get(op.input());
    Value y = values.get(op.output());
    Sink to = values.sink(op.input());
    return single(op) ? singleBackward(op, x, y, g, to) : fullBackward(op, x, y, g, to);
  }

  private List<Command> fullBackward(Op.Linear op, Value x, Value y, Value g, Sink to) {
    List<Command> commands = new ArrayList<>();
    commands.add(
        StepKernels.tiled(
            g.ld(),
            kernels.of(
                Stage.LAYERS,
                "mask_and_sum",
                y.address(),
                g.address(),
                g.ld(),
                activation(op),
                parameters.sum(bias(op).at()),
                parameters.columns())));
    if (to.wanted()) {
      commands.add(
          products.gradientOfInput(op.name(), weight(op), g, to.gradient(), to.addedAddress()));
    }
    commands.add(products.gradientOfWeights(op.name(), weight(op), x, g));
    return commands;
  }

  private List<Command> singleBackward(Op.Linear op, Value x, Value y, Value g, Sink to) {
    return List.of(
        StepKernels.tiled(
            x.ld(),
            kernels.of(
                Stage.LAYERS,
                "single_backward",
                x.address(),
                x.ld(),
                parameters.value(weight(op).at()),
                y.address(),
                g.address(),
                g.ld(),
                g.wideFlag(),
                activation(op),
                to.address(),
                to.wideFlag(),
                to.addFlag(),
                parameters.sum(weight(op).at()),
                parameters.sum(bias(op).at()),
                parameters.columns())));
  }
}
