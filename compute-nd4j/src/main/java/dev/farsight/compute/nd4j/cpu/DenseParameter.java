package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A dense parameter.
 *
 * @param state of its optimizer, of the same shape; null where the optimizer has none
 */
record DenseParameter(String name, List<Integer> shape, Matrix value, Matrix state) {

  /** Updates {@code count} values from {@code at} by as many gradients from 0. */
  void update(
      RuleArithmetic rule,
      int at,
      FloatBuffer gradient,
      int count,
      float learningRate,
      Scratch scratch) {
    var weights = value.floats();
    var states = state == null ? null : state.floats();
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      weights.get(at + done, scratch.a(), 0, n);
      gradient.get(done, scratch.b(), 0, n);
      if (states != null) {
        states.get(at + done, scratch.c(), 0, n);
      }
      rule.dense(scratch.a(), scratch.c(), scratch.b(), n, learningRate);
      weights.put(at + done, scratch.a(), 0, n);
      if (states != null) {
        states.put(at + done, scratch.c(), 0, n);
      }
    }
  }
}
