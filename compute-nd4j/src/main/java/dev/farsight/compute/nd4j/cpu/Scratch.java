package dev.farsight.compute.nd4j.cpu;

/** Small arrays of one worker; those that a loop uses are in its first-level cache together. */
final class Scratch {

  /** Values worked on at a time. */
  static final int STRETCH = 2048;

  private final int worker;
  private final float[] a = new float[STRETCH];
  private final float[] b = new float[STRETCH];
  private final float[] c = new float[STRETCH];
  private final float[][] state = new float[ElementRule.MAX_PARTS][STRETCH];
  private final int[] i = new int[STRETCH];
  private final int[] j = new int[STRETCH];

  private Scratch(int worker) {
    this.worker = worker;
  }

  static Scratch[] of(int workers) {
    var all = new Scratch[workers];
    for (int w = 0; w < workers; w++) {
      all[w] = new Scratch(w);
    }
    return all;
  }

  /** Which worker this belongs to. */
  int worker() {
    return worker;
  }

  float[] a() {
    return a;
  }

  float[] b() {
    return b;
  }

  float[] c() {
    return c;
  }

  /** Parts of an optimizer's state. */
  float[][] state() {
    return state;
  }

  /** Takes the sum of reads made only for their cache misses, so that they are not left out. */
  void keep(float sum) {
    a[0] = sum;
  }

  int[] i() {
    return i;
  }

  int[] j() {
    return j;
  }
}
