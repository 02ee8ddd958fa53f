package dev.farsight.compute.nd4j.cpu;

import java.util.List;

/**
 * What an op reads, makes, and gives gradients to.
 *
 * @param inputs in the order of the op's inputs
 * @param toInputs where their gradients go; a kernel delivers them in this order
 */
record OpValues(List<Matrix> inputs, List<Sink> toInputs, Value value) {

  Matrix input(int i) {
    return inputs.get(i);
  }

  Sink toInput(int i) {
    return toInputs.get(i);
  }

  Matrix output() {
    return value.output();
  }

  /** Of the output; null where nothing that learns lies before it. */
  Matrix gradient() {
    return value.gradient();
  }
}
