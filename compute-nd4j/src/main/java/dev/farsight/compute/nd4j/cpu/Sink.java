package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;

/**
 * Where an op delivers the gradient of one of its inputs.
 *
 * @param into the input's gradient, or null where none is wanted
 * @param first whether this is the first delivery of a step, which replaces what was there; later
 *     ones add to it
 */
record Sink(Matrix into, boolean first) {

  boolean wanted() {
    return into != null;
  }

  /** BLAS's factor of what was there. */
  float beta() {
    return first ? 0f : 1f;
  }

  /** Delivers {@code count} values to position {@code at}. */
  void put(int at, FloatBuffer from, int fromAt, int count, Scratch scratch) {
    var floats = into.floats();
    if (first) {
      floats.put(at, from, fromAt, count);
      return;
    }
    for (int done = 0; done < count; done += Scratch.STRETCH) {
      int n = Math.min(Scratch.STRETCH, count - done);
      from.get(fromAt + done, scratch.a(), 0, n);
      add(at + done, scratch.a(), n, scratch.b());
    }
  }

  /**
   * Delivers the first {@code count} of {@code values} to position {@code at}.
   *
   * @param temporary as many values
   */
  void put(int at, float[] values, int count, float[] temporary) {
    if (first) {
      into.floats().put(at, values, 0, count);
    } else {
      add(at, values, count, temporary);
    }
  }

  /** Adds to what this delivery has put already. */
  void add(int at, float[] values, int count, float[] temporary) {
    var floats = into.floats();
    floats.get(at, temporary, 0, count);
    for (int i = 0; i < count; i++) {
      temporary[i] += values[i];
    }
    floats.put(at, temporary, 0, count);
  }
}
