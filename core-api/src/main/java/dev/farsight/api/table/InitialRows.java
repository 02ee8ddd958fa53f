package dev.farsight.api.table;

import java.nio.FloatBuffer;

/**
 * The value of a row before its first update: a pure function of (seed, table, index), so that rows
 * never written need no storage and every backend draws the same bits.
 *
 * <p>Weight d of a row is uniform in +-sqrt(1 / rows of its table); optimizer state is 0. In 32-
 * and 64-bit integer arithmetic that wraps, with {@code >>>} the logical shift:
 *
 * <pre>
 * key  = mix64(mix64(seed + 0x9E3779B97F4A7C15 * (table + 1)) + 0x9E3779B97F4A7C15 * (index + 1))
 * h    = mix32((low32(key) + d * 0x9E3779B9) ^ high32(key))
 * u    = h >>> 8                                        24 bits, exact in a float
 * w[d] = (u * 2^-23 - 1) * bound                        one rounding, no FMA
 *
 * mix64(z): z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9   (SplitMix64's finalizer)
 *           z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;  z ^ (z >>> 31)
 * mix32(h): h = (h ^ (h >>> 16)) * 0x85EBCA6B           (MurmurHash3's finalizer)
 *           h = (h ^ (h >>> 13)) * 0xC2B2AE35;          h ^ (h >>> 16)
 * </pre>
 *
 * <p>Immutable and safe for concurrent use. A row costs O(dim) and nothing on the heap.
 */
public final class InitialRows {

  private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
  private static final int GOLDEN_32 = 0x9E3779B9;

  private final TableSet tables;
  private final RowLayout layout;
  private final long seed;
  private final long[] tableKeys;
  private final float[] bounds;

  public InitialRows(TableSet tables, RowLayout layout, long seed) {
    this.tables = tables;
    this.layout = layout;
    this.seed = seed;
    this.tableKeys = new long[tables.size()];
    this.bounds = new float[tables.size()];
    for (int t = 0; t < tables.size(); t++) {
      tableKeys[t] = mix64(seed + GOLDEN_64 * (t + 1));
      bounds[t] = (float) Math.sqrt(1.0 / tables.get(t).rows());
    }
  }

  public RowLayout layout() {
    return layout;
  }

  public long seed() {
    return seed;
  }

  /**
   * Writes a row, weights and state, to {@code into} from position {@code at} (absolute, in
   * floats).
   */
  public void fill(long rowId, FloatBuffer into, int at) {
    int table = tables.tableOf(rowId);
    fill(table, tables.indexOf(table, rowId), into, at);
  }

  /** As {@link #fill(long, FloatBuffer, int)} for a row whose table is known. */
  public void fill(int table, int index, FloatBuffer into, int at) {
    long key = mix64(tableKeys[table] + GOLDEN_64 * (index + 1L));
    int low = (int) key;
    int high = (int) (key >>> 32);
    float bound = bounds[table];
    int dim = layout.dim();
    for (int d = 0; d < dim; d++) {
      into.put(at + d, weight(low, high, d, bound));
    }
    for (int s = dim; s < layout.floats(); s++) {
      into.put(at + s, 0f);
    }
  }

  /** As {@link #fill(int, int, FloatBuffer, int)} into an array. */
  public void fill(int table, int index, float[] into, int at) {
    fill(table, index, FloatBuffer.wrap(into), at);
  }

  private static float weight(int low, int high, int d, float bound) {
    int u = mix32((low + d * GOLDEN_32) ^ high) >>> 8;
    return (u * 0x1p-23f - 1f) * bound;
  }

  /** SplitMix64's finalizer: a bijection of 64 bits. */
  public static long mix64(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** MurmurHash3's finalizer: a bijection of 32 bits. */
  public static int mix32(int h) {
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}
