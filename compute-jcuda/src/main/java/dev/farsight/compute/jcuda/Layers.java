package dev.farsight.compute.jcuda;

import dev.farsight.api.model.Op;
import dev.farsight.compute.jcuda.DenseParameters.Layer;
import dev.farsight.compute.jcuda.StepValues.Sink;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of linear layers: matrix products by cuBLASLt, their bias and ReLU in the epilogue;
 * a layer of one output by kernels of its own.
 */
final class Layers {

  private final StepKernels kernels;
  private final StepValues values;
  private final DenseParameters parameters;
  private final CublasLt lt;
  private final Precision precision;
  private final int batchSize;
  private final List<Gemm> products = new ArrayList<>();

  Layers(
      StepKernels kernels,
      StepValues values,
      DenseParameters parameters,
      CublasLt lt,
      Precision precision,
      int batchSize) {
    this.kernels = kernels;
    this.values = values;
    this.parameters = parameters;
    this.lt = lt;
    this.precision = precision;
    this.batchSize = batchSize;
  }

  /** All matrix products made so far. */
  List<Gemm> products() {
    return products;
  }

  List<Command> forward(Op.Linear op) {
    Layer layer = parameters.layer(op.output().id());
    Value x = values.get(op.input());
    Value y = values.make(op.output());
    if (layer.single()) {
      return List.of(
          kernels.strided(
              8,
              kernels.of(
                  Stage.LAYERS,
                  "single_forward",
                  x.address(),
                  x.ld(),
                  parameters.value(layer.weight()),
                  parameters.value(layer.bias()),
                  y.address(),
                  y.ld(),
                  y.wideFlag(),
                  relu(layer))));
    }
    return List.of(
        product(
            layer.name() + " forward",
            weights(layer, y, true),
            matrix(x, false),
            matrix(y, false),
            false,
            layer.relu() ? Gemm.Epilogue.RELU_BIAS : Gemm.Epilogue.BIAS,
            parameters.element(layer.bias())));
  }

  List<Command> backward(Op.Linear op, Value g) {
    Layer layer = parameters.layer(op.output().id());
    Value x = values.get(op.input());
    Value y = values.get(op.output());
    Sink to = values.sink(op.input());
    return layer.single() ? single(layer, x, y, g, to) : full(layer, x, y, g, to);
  }

  private List<Command> full(Layer layer, Value x, Value y, Value g, Sink to) {
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
                relu(layer),
                parameters.sum(layer.bias()),
                parameters.columns())));
    if (to.wanted()) {
      commands.add(
          product(
              layer.name() + " gradient of input",
              weights(layer, y, false),
              matrix(g, false),
              matrix(to.gradient(), false),
              to.add(),
              Gemm.Epilogue.NONE,
              0));
    }
    long gradient = parameters.gradient(layer.weight());
    commands.add(
        product(
            layer.name() + " gradient of weights",
            matrix(x, false),
            matrix(g, true),
            new Gemm.Operand(gradient, CublasLt.R_32F, x.ld(), y.ld(), false),
            false,
            Gemm.Epilogue.NONE,
            0));
    return commands;
  }

  private List<Command> single(Layer layer, Value x, Value y, Value g, Sink to) {
    return List.of(
        StepKernels.tiled(
            x.ld(),
            kernels.of(
                Stage.LAYERS,
                "single_backward",
                x.address(),
                x.ld(),
                parameters.value(layer.weight()),
                y.address(),
                g.address(),
                g.ld(),
                g.wideFlag(),
                relu(layer),
                to.address(),
                to.wideFlag(),
                to.addFlag(),
                parameters.sum(layer.weight()),
                parameters.sum(layer.bias()),
                parameters.columns())));
  }

  private static long relu(Layer layer) {
    return layer.relu() ? 1 : 0;
  }

  private Gemm.Operand matrix(Value value, boolean transposed) {
    int type = value.wide() ? CublasLt.R_32F : precision.type;
    return new Gemm.Operand(value.address(), type, value.ld(), batchSize, transposed);
  }

  private Gemm.Operand weights(Layer layer, Value y, boolean transposed) {
    long address = parameters.element(layer.weight());
    return new Gemm.Operand(address, precision.type, layer.inLd(), y.ld(), transposed);
  }

  private Gemm product(
      String name,
      Gemm.Operand a,
      Gemm.Operand b,
      Gemm.Operand d,
      boolean add,
      Gemm.Epilogue epilogue,
      long bias) {
    var gemm = new Gemm(name, lt, precision.compute, a, b, d, add, epilogue, bias);
    products.add(gemm);
    return gemm;
  }
}
