package dev.farsight.compute.nd4j.cpu;

/**
 * A linear layer's parameters.
 *
 * @param weight [out][in]
 * @param bias [out]
 * @param relu whether ReLU follows
 */
record Layer(DenseParameter weight, DenseParameter bias, boolean relu) {

  int in() {
    return weight.value().width();
  }

  int out() {
    return bias.value().width();
  }
}
