package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.model.Op.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The functions that follow a linear layer. */
final class Activations {

  private Activations() {}

  /** Applies a function in place. */
  static void apply(Activation activation, INDArray y) {
    switch (activation) {
      case NONE -> {}
      // Unlike ND4J's relu, this lets NaN pass.
      case RELU -> BooleanIndexing.replaceWhere(y, 0, Conditions.lessThan(0));
      case SIGMOID -> Transforms.sigmoid(y, false);
      case TANH -> Transforms.tanh(y, false);
    }
  }

  /**
   * The gradient before a function.
   *
   * @param y its value
   * @param dy the gradient after it; not changed
   */
  static INDArray backward(Activation activation, INDArray y, INDArray dy) {
    return switch (activation) {
      case NONE -> dy;
      case RELU -> dy.mul(Transforms.step(y, true));
      case SIGMOID -> y.rsub(1).muli(y).muli(dy);
      case TANH -> y.mul(y).rsubi(1).muli(dy);
    };
  }
}
