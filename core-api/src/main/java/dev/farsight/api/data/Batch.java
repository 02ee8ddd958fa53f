package dev.farsight.api.data;

import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;

/**
 * The samples of one step: a preallocated carrier that a {@link BatchSource} fills again and again.
 *
 * <p>Each sample has its dense features, a label and one lookup in every table. Shapes, with n =
 * {@link #samples()} of at most {@link #capacity()}:
 *
 * <pre>
 * dense      float32 [capacity][denseWidth], row-major, already transformed
 * labels     float32 [capacity], 0 or 1
 * truth      float32 [capacity], probability of label 1, only where the schema has it
 * indices(t) int32   [capacity], index of the row looked up in table t, 0 to rows-1
 * </pre>
 *
 * Positions from n on hold no meaning. Owned by one stage at a time; not thread-safe.
 */
public final class Batch {

  private final BatchSchema schema;
  private final int capacity;
  private final FloatBuffer dense;
  private final FloatBuffer labels;
  private final FloatBuffer truth;
  private final int[][] indices;
  private int samples;

  public Batch(BatchSchema schema, int capacity, HostBuffers buffers) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a batch of " + capacity);
    }
    this.schema = schema;
    this.capacity = capacity;
    this.dense = buffers.floats((long) capacity * schema.denseWidth());
    this.labels = buffers.floats(capacity);
    this.truth = schema.truth() ? buffers.floats(capacity) : null;
    this.indices = new int[schema.tables().size()][capacity];
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

  /** Lookups of all tables together. */
  public int lookups() {
    return samples * indices.length;
  }

  public FloatBuffer dense() {
    return dense;
  }

  public FloatBuffer labels() {
    return labels;
  }

  /** True probabilities, or null where the schema has none. */
  public FloatBuffer truth() {
    return truth;
  }

  /** Indices looked up in a table, by sample. */
  public int[] indices(int table) {
    return indices[table];
  }
}
