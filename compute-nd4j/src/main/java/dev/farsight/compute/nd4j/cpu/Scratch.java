package dev.farsight.compute.nd4j.cpu;

/**
 * Small arrays of one worker, all in its first-level cache together.
 *
 * @param worker which
 */
record Scratch(int worker, float[] a, float[] b, float[] c, int[] i, int[] j) {

  /** Floats worked on at a time. */
  static final int STRETCH = 2048;

  static Scratch[] of(int workers) {
    var all = new Scratch[workers];
    for (int w = 0; w < workers; w++) {
      all[w] =
          new Scratch(
              w,
              new float[STRETCH],
              new float[STRETCH],
              new float[STRETCH],
              new int[STRETCH],
              new int[STRETCH]);
    }
    return all;
  }
}
