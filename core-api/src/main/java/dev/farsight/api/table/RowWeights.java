package dev.farsight.api.table;

import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.table.RowFormat.Precision;
import java.nio.FloatBuffer;

/**
 * Reads and writes the weights of rows in memory, whatever their precision. Rows are words of 4
 * bytes ({@link RowFormat}), so buffers of rows are {@link FloatBuffer}s; two weights of 16 bits
 * share a word, the first one in its lower half. The padding after an odd number of them is 0.
 *
 * <p>Not thread-safe: a thread has its own. Allocates nothing after its creation.
 */
public final class RowWeights {

  private static final int LOWER = 0xFFFF;

  private final int dim;
  private final Precision precision;
  private final float[] words;

  public RowWeights(RowFormat format) {
    this.dim = format.dim();
    this.precision = format.precision();
    this.words = new float[format.stateWord()];
  }

  /** Copies a row's weights to {@code weights}, as float32. */
  public void get(FloatBuffer rows, int rowWord, float[] weights) {
    if (precision == Precision.FP32) {
      rows.get(rowWord, weights, 0, dim);
      return;
    }
    rows.get(rowWord, words);
    for (int d = 0; d < dim; d++) {
      int word = Float.floatToRawIntBits(words[d >>> 1]);
      weights[d] = HalfPrecision.widen(precision, (short) ((d & 1) == 0 ? word : word >>> 16));
    }
  }

  /**
   * Replaces a row's weights, each rounded to the nearest number of the format.
   *
   * @return how many weights saturated
   */
  public int putNearest(FloatBuffer rows, int rowWord, float[] weights) {
    if (precision == Precision.FP32) {
      rows.put(rowWord, weights, 0, dim);
      return 0;
    }
    int saturated = 0;
    begin();
    for (int d = 0; d < dim; d++) {
      short half = HalfPrecision.nearest(precision, weights[d]);
      saturated += set(d, weights[d], half);
    }
    rows.put(rowWord, words);
    return saturated;
  }

  /**
   * Replaces a row's weights, each rounded stochastically.
   *
   * @param key {@link #key} of the row and the step
   * @return how many weights saturated
   */
  public int putStochastic(FloatBuffer rows, int rowWord, float[] weights, long key) {
    return putStochastic(rows, rowWord, weights, 0, key);
  }

  /**
   * As {@link #putStochastic(FloatBuffer, int, float[], long)}, for a part of the width.
   *
   * @param firstColumn the column of the whole row that comes first here
   */
  public int putStochastic(
      FloatBuffer rows, int rowWord, float[] weights, int firstColumn, long key) {
    if (precision == Precision.FP32) {
      rows.put(rowWord, weights, 0, dim);
      return 0;
    }
    int saturated = 0;
    begin();
    for (int d = 0; d < dim; d++) {
      int random = CounterRandom.bits(key, firstColumn + d);
      short half = HalfPrecision.stochastic(precision, weights[d], random);
      saturated += set(d, weights[d], half);
    }
    rows.put(rowWord, words);
    return saturated;
  }

  private void begin() {
    words[words.length - 1] = 0;
  }

  private int set(int d, float weight, short half) {
    int at = d >>> 1;
    int word =
        (d & 1) == 0 ? half & LOWER : (half << 16) | (Float.floatToRawIntBits(words[at]) & LOWER);
    words[at] = Float.intBitsToFloat(word);
    return HalfPrecision.saturates(precision, weight, half) ? 1 : 0;
  }

  /** The key of a step's rounding, from which {@link #key(long, long)} makes that of each row. */
  public static long stepKey(long seed, long step) {
    return CounterRandom.key(CounterRandom.key(seed, CounterRandom.Purpose.ROUNDING), step);
  }

  /** The key for the rounding of a row. */
  public static long key(long stepKey, long rowId) {
    return CounterRandom.key(stepKey, rowId);
  }
}
