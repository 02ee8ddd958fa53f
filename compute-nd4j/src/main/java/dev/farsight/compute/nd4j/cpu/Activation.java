package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.model.Op;

/** The function that follows a linear layer, in place. NaN stays NaN. */
interface Activation {

  /** Applies the function to {@code count} values from {@code at}. */
  void forward(Matrix values, int at, int count, Scratch scratch);

  /** Multiplies gradients by the function's slope, which follows from its output. */
  void backward(Matrix output, Matrix gradient, int at, int count, Scratch scratch);

  static Activation of(Op.Activation activation) {
    return switch (activation) {
      case NONE -> new Identity();
      case RELU -> new Relu();
      case SIGMOID -> new Sigmoid();
      case TANH -> new Tanh();
    };
  }

  /** No function. */
  final class Identity implements Activation {

    @Override
    public void forward(Matrix values, int at, int count, Scratch scratch) {}

    @Override
    public void backward(Matrix output, Matrix gradient, int at, int count, Scratch scratch) {}
  }
}
