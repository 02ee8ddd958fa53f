package dev.farsight.compute.jcuda;

/**
 * A value on the device: {@code [samples of a full batch][ld]} elements, those beyond {@code size}
 * zero. Or part of the columns of a wider one, whose {@code ld} it has.
 *
 * @param size elements a sample
 * @param ld elements from one sample to the next: a multiple of 8, so that rows are aligned for the
 *     tensor cores
 * @param wide whether elements are floats whatever the precision
 */
record Value(long address, int size, int ld, boolean wide) {

  static int ld(int size) {
    return (size + 7) / 8 * 8;
  }

  /** The same shape elsewhere. */
  Value at(long elsewhere) {
    return new Value(elsewhere, size, ld, wide);
  }

  /** Columns [from, from + count) of it. */
  Value part(int from, int count) {
    int bytes = wide ? Float.BYTES : Short.BYTES;
    return new Value(address + (long) from * bytes, count, ld, wide);
  }

  /** The flag as a kernel argument. */
  long wideFlag() {
    return wide ? 1 : 0;
  }
}
