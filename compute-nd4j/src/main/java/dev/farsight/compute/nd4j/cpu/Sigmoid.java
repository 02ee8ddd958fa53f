package dev.farsight.compute.nd4j.cpu;

/** {@code 1 / (1 + exp(-x))}, in double: about 10 ns a value. */
final class Sigmoid extends SmoothActivation {

  @Override
  float value(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  @Override
  float slope(float y) {
    return y * (1 - y);
  }
}
