package dev.farsight.api.data;

import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The samples of one step: a preallocated carrier that a {@link BatchSource} fills repeatedly.
 *
 * <p>Each sample has its dense features, a lookup for every categorical feature, and the columns of
 * the schema. The batch has n = {@link #samples()} samples, at most {@link #capacity()}. Shapes:
 *
 * <pre>
 * dense       float32 [capacity][denseWidth], row-major, already transformed
 * indices(f)  int32   [capacity], index of the row that feature f looks up in its table
 *
 * null unless the schema has the column, except labels, which are always allocated:
 * labels      float32 [capacity], 0 or 1
 * truth       float32 [capacity], probability of label 1
 * weights     float32 [capacity], finite and at least 0, not all of them 0
 * groups      int64   [capacity], id of the group that a sample belongs to
 * rowNumbers  int64   [capacity], number of the sample's row in the source
 * </pre>
 *
 * The content of positions from n on is undefined. Lookups of a batch are numbered feature by
 * feature, each feature's in sample order: lookup {@code lookupStart(f) + s} is the lookup of
 * feature f in sample s. Owned by one stage at a time; not thread-safe.
 */
public final class Batch {

  private final BatchSchema schema;
  private final int capacity;
  private final FloatBuffer dense;
  private final FloatBuffer labels;
  private final FloatBuffer truth;
  private final FloatBuffer weights;
  private final LongBuffer groups;
  private final LongBuffer rowNumbers;
  private final int[][] indices;
  private int samples;

  public Batch(BatchSchema schema, int capacity, HostBuffers buffers) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "a batch of " + capacity + " samples; at least 1 is needed");
    }
    this.schema = schema;
    this.capacity = capacity;
    this.dense = buffers.floats((long) capacity * schema.denseWidth());
    this.labels = buffers.floats(capacity);
    this.truth = schema.has(Column.TRUTH) ? buffers.floats(capacity) : null;
    this.weights = schema.has(Column.WEIGHT) ? buffers.floats(capacity) : null;
    this.groups = schema.has(Column.GROUP) ? buffers.longs(capacity) : null;
    this.rowNumbers = schema.has(Column.ROW_NUMBER) ? buffers.longs(capacity) : null;
    this.indices = new int[schema.features().size()][capacity];
  }

  public BatchSchema schema() {
    return schema;
  }

  public int capacity() {
    return capacity;
  }

  public int samples() {
    return samples;
  }

  public void samples(int samples) {
    if (samples < 0 || samples > capacity) {
      throw new IllegalArgumentException(samples + " samples in a batch of " + capacity);
    }
    this.samples = samples;
  }

  /** How many lookups all features have together. */
  public int lookups() {
    return lookupStart(indices.length);
  }

  /**
   * Number of a feature's first lookup, which is how many lookups the features before it have. For
   * feature {@code features().size()}, it is {@link #lookups()}.
   */
  public int lookupStart(int feature) {
    return samples * feature;
  }

  public FloatBuffer dense() {
    return dense;
  }

  public FloatBuffer labels() {
    return labels;
  }

  /** True probabilities; null if the schema has none. */
  public FloatBuffer truth() {
    return truth;
  }

  /**
   * Weights of the samples in the loss; null if the schema has none, and each sample then counts as
   * 1.
   */
  public FloatBuffer weights() {
    return weights;
  }

  /** Group ids; null if the schema has none. */
  public LongBuffer groups() {
    return groups;
  }

  /** Row numbers in the source; null if the schema has none. */
  public LongBuffer rowNumbers() {
    return rowNumbers;
  }

  /** Indices of the rows that a feature looks up, by sample. */
  public int[] indices(int feature) {
    return indices[feature];
  }

  /** Bytes of a batch on the heap. */
  public static long heapBytes(BatchSchema schema, int capacity) {
    return (long) schema.features().size() * capacity * Integer.BYTES;
  }

  /** Bytes of a batch in host buffers. */
  public static long bufferBytes(BatchSchema schema, int capacity) {
    int floats = 1 + (schema.has(Column.TRUTH) ? 1 : 0) + (schema.has(Column.WEIGHT) ? 1 : 0);
    int longs = (schema.has(Column.GROUP) ? 1 : 0) + (schema.has(Column.ROW_NUMBER) ? 1 : 0);
    return (long) capacity * ((schema.denseWidth() + floats) * Float.BYTES + longs * Long.BYTES);
  }
}
