package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One batch on its way through the tape: the values of its tensors, the gradients so far, and the
 * rows it looks up. Values and gradients are [samples][size] by tensor id; a gradient is null while
 * nothing has added to it.
 */
final class Pass {

  private final StepInput input;
  private final boolean training;
  private final INDArray uniqueRows;
  private final INDArray[] values;
  private final INDArray[] gradients;
  private INDArray rowGradients;

  /**
   * @param uniqueRows the batch's unique rows, weights and state; null if there are none
   */
  Pass(StepInput input, boolean training, INDArray uniqueRows, int tensors) {
    this.input = input;
    this.training = training;
    this.uniqueRows = uniqueRows;
    this.values = new INDArray[tensors];
    this.gradients = new INDArray[tensors];
  }

  StepInput input() {
    return input;
  }

  /** Whether the batch is trained on, and not only evaluated. */
  boolean training() {
    return training;
  }

  int samples() {
    return input.batch().samples();
  }

  INDArray uniqueRows() {
    return uniqueRows;
  }

  INDArray value(Tensor tensor) {
    return values[tensor.id()];
  }

  void value(Tensor tensor, INDArray value) {
    values[tensor.id()] = value;
  }

  INDArray gradient(Tensor tensor) {
    return gradients[tensor.id()];
  }

  void addGradient(Tensor tensor, INDArray gradient) {
    gradients[tensor.id()] = sum(gradients[tensor.id()], gradient);
  }

  /** Gradients of the unique rows' weights, or null where the model looked up none. */
  INDArray rowGradients() {
    return rowGradients;
  }

  void addRowGradients(INDArray gradients) {
    rowGradients = sum(rowGradients, gradients);
  }

  private static INDArray sum(INDArray soFar, INDArray more) {
    return soFar == null ? more : soFar.add(more);
  }
}
