package dev.farsight.api.data;

/**
 * Sees the raw values of samples, before they become what a model is given: for statistics of the
 * columns. Values of malformed rows are not shown. Safe for concurrent use.
 */
@FunctionalInterface
public interface ValueObserver {

  /** Where one thread of a source tells the values that it reads. */
  Values values();

  /** The values that one thread reads, in any order of the samples. */
  interface Values {

    /**
     * The value of a dense column of a sample, before its transforms.
     *
     * @param value NaN if it is missing
     */
    void dense(int column, double value);

    /**
     * One value of a categorical feature of a sample: the value itself, or a hash of it. Equal
     * values have equal numbers, and different values different ones, but for collisions of a hash
     * of 64 bits.
     */
    void categorical(int feature, long value);

    /** A categorical feature of a sample has no value. */
    void missing(int feature);
  }
}
