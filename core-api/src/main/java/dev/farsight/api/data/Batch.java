package dev.farsight.api.data;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.memory.HostBuffers;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Locale;

/**
 * The samples of one step: a preallocated carrier that a {@link BatchSource} fills repeatedly.
 *
 * <p>Each sample has its dense features, a bag of lookups for every categorical feature, and the
 * columns of the schema. The batch has n = {@link #samples()} samples, at most {@link #capacity()}.
 * Feature f has at most M(f) = {@link BatchSchema#maxLookups(int, int)} lookups. Shapes:
 *
 * <pre>
 * dense             float32 [capacity][denseWidth], row-major, finite, already transformed
 * indices(f)        int32   [M(f)], index in its table of the row that a lookup of feature f reads
 * offsets(f)        int32   [capacity + 1], position in indices(f) of the first lookup of each
 *                           sample: those of sample s are offsets[s] to offsets[s + 1] - 1. Null if
 *                           f is one-hot: sample s has lookup s
 * lookupWeights(f)  float32 [M(f)], finite; null unless the lookups of f have weights
 *
 * null unless the schema has the column, except labels, which are always allocated:
 * labels            float32 [capacity], 0 or 1
 * truth             float32 [capacity], probability of label 1
 * weights           float32 [capacity], finite and at least 0, not all of them 0
 * groups            int64   [capacity], id of the group that a sample belongs to
 * rowNumbers        int64   [capacity], number of the sample's row in the source
 * </pre>
 *
 * <p>The content of positions from n on is undefined. Lookups of a batch are numbered feature by
 * feature, each feature's in the order of its indices: lookup {@code lookupStart(f) + i} is that of
 * {@code indices(f)[i]}. Bags are numbered feature by feature too: that of feature f in sample s is
 * bag {@code f * n + s}.
 *
 * <p>A source fills the arrays, and then sets {@link #samples(int)}: lookups are counted then.
 * Before it writes lookups of a bag, it asks for room with {@link #requireRoom}. Owned by one stage
 * at a time; not thread-safe.
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

  /** By feature; entries are null where the feature is one-hot. */
  private final int[][] offsets;

  /** By feature; entries are null where lookups have no weights. */
  private final FloatBuffer[] lookupWeights;

  /** Number of each feature's first lookup; one entry more than features. */
  private final int[] lookupStarts;

  private final FieldTexts texts = new FieldTexts();

  private int samples;

  public Batch(BatchSchema schema, int capacity, HostBuffers buffers) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "a batch of " + capacity + " samples; at least 1 is needed");
    }
    schema.requireCountableLookups(capacity);
    this.schema = schema;
    this.capacity = capacity;
    this.dense = buffers.floats((long) capacity * schema.denseWidth());
    this.labels = buffers.floats(capacity);
    this.truth = schema.has(Column.TRUTH) ? buffers.floats(capacity) : null;
    this.weights = schema.has(Column.WEIGHT) ? buffers.floats(capacity) : null;
    this.groups = schema.has(Column.GROUP) ? buffers.longs(capacity) : null;
    this.rowNumbers = schema.has(Column.ROW_NUMBER) ? buffers.longs(capacity) : null;
    int features = schema.features().size();
    this.indices = new int[features][];
    this.offsets = new int[features][];
    this.lookupWeights = new FloatBuffer[features];
    this.lookupStarts = new int[features + 1];
    for (int f = 0; f < features; f++) {
      Feature feature = schema.features().get(f);
      int lookups = (int) schema.maxLookups(f, capacity);
      indices[f] = new int[lookups];
      offsets[f] = feature.oneHot() ? null : new int[capacity + 1];
      lookupWeights[f] = feature.weighted() ? buffers.floats(lookups) : null;
    }
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

  /** Sets the number of samples, once the offsets of all bags are filled: counts their lookups. */
  public void samples(int samples) {
    if (samples < 0 || samples > capacity) {
      throw new IllegalArgumentException(samples + " samples in a batch of " + capacity);
    }
    this.samples = samples;
    for (int f = 0; f < indices.length; f++) {
      int lookups = offsets[f] == null ? samples : offsets[f][samples];
      lookupStarts[f + 1] = lookupStarts[f] + lookups;
    }
  }

  /** How many lookups all features have together. */
  public int lookups() {
    return lookupStarts[indices.length];
  }

  /** How many lookups a feature has. */
  public int lookups(int feature) {
    return lookupStarts[feature + 1] - lookupStarts[feature];
  }

  /**
   * Number of a feature's first lookup, which is how many lookups the features before it have. For
   * feature {@code features().size()}, it is {@link #lookups()}.
   */
  public int lookupStart(int feature) {
    return lookupStarts[feature];
  }

  /**
   * Checks that a feature has room for its lookups in this batch.
   *
   * @param lookups those of all samples up to now
   * @throws FarsightException if there is no room; the message names the feature and the setting
   */
  public void requireRoom(int feature, long lookups) {
    if (lookups > indices[feature].length) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "feature %s: a batch has %d lookups or more, and there is room for %d; set"
                  + " farsight.data.max-lookups to at least that number, or make data.batch-size"
                  + " smaller",
              Quoted.of(schema.features().get(feature).name()),
              lookups,
              indices[feature].length));
    }
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

  /**
   * The texts of the fields that {@link DataContext#fields} names; none if it names none, or if the
   * source does not {@linkplain DataSourceFactory#copiesFields copy} fields.
   */
  public FieldTexts texts() {
    return texts;
  }

  /** Indices of the rows that a feature looks up, bag by bag. */
  public int[] indices(int feature) {
    return indices[feature];
  }

  /** Where each sample's lookups begin in {@link #indices}; null if the feature is one-hot. */
  public int[] offsets(int feature) {
    return offsets[feature];
  }

  /** The weight of each lookup, by position in {@link #indices}; null if there are none. */
  public FloatBuffer lookupWeights(int feature) {
    return lookupWeights[feature];
  }

  /** Bytes of a batch on the heap. */
  public static long heapBytes(BatchSchema schema, int capacity) {
    long bags = schema.features().stream().filter(feature -> !feature.oneHot()).count();
    return (schema.maxLookups(capacity) + bags * (capacity + 1L)) * Integer.BYTES;
  }

  /** Bytes of a batch in host buffers. */
  public static long bufferBytes(BatchSchema schema, int capacity) {
    int floats = 1 + (schema.has(Column.TRUTH) ? 1 : 0) + (schema.has(Column.WEIGHT) ? 1 : 0);
    int longs = (schema.has(Column.GROUP) ? 1 : 0) + (schema.has(Column.ROW_NUMBER) ? 1 : 0);
    long weights = 0;
    for (int f = 0; f < schema.features().size(); f++) {
      weights += schema.features().get(f).weighted() ? schema.maxLookups(f, capacity) : 0;
    }
    return (long) capacity * ((schema.denseWidth() + floats) * Float.BYTES + longs * Long.BYTES)
        + weights * Float.BYTES;
  }
}
