package dev.farsight.compute.nd4j.cpu;

import java.util.List;

/**
 * A dense parameter.
 *
 * @param state of its optimizer, of the same shape; null where the optimizer has none
 */
record DenseParameter(String name, List<Integer> shape, Matrix value, Matrix state) {}
