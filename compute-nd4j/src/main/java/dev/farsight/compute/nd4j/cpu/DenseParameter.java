package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A dense parameter.
 *
 * @param state the parts of its optimizer's state, each of the same shape
 */
record DenseParameter(String name, List<Integer> shape, Matrix value, List<Matrix> state) {

  /** Updates {@code count} values from {@code at} by as many gradients from {@code from}. */
  void update(
      ElementRule rule, int at, FloatBuffer gradient, int from, int count, Scratch scratch) {
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      value.floats().get(at + done, scratch.a(), 0, n);
      gradient.get(from + done, scratch.b(), 0, n);
      for (int p = 0; p < state.size(); p++) {
        state.get(p).floats().get(at + done, scratch.state()[p], 0, n);
      }
      rule.update(scratch.a(), scratch.state(), scratch.b(), n);
      value.floats().put(at + done, scratch.a(), 0, n);
      for (int p = 0; p < state.size(); p++) {
        state.get(p).floats().put(at + done, scratch.state()[p], 0, n);
      }
    }
  }
}
