package dev.farsight.serving.request;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import java.util.Arrays;

/**
 * The samples of one request in the layout of batches, any number of them, and their logits. A
 * carrier that is used again; its arrays stay as long as they have grown.
 */
public final class Samples {

  private static final int LARGEST_KEPT_SAMPLES = 1 << 14;

  private final BatchSchema schema;
  private int count;
  private float[] dense = new float[0];
  private final int[][] indices;

  /** By feature, one entry more than samples; null where the feature is one-hot. */
  private final int[][] offsets;

  /** By feature; null where lookups have no weights. */
  private final float[][] weights;

  private float[] logits = new float[0];

  public Samples(BatchSchema schema) {
    this.schema = schema;
    int features = schema.features().size();
    indices = new int[features][0];
    offsets = new int[features][];
    weights = new float[features][];
    for (int f = 0; f < features; f++) {
      offsets[f] = schema.features().get(f).oneHot() ? null : new int[1];
      weights[f] = schema.features().get(f).weighted() ? new float[0] : null;
    }
  }

  /** Begins anew, with room for so many samples. */
  public void begin(int samples) {
    count = samples;
    dense = room(dense, samples * schema.denseWidth());
    logits = room(logits, samples);
    for (int f = 0; f < indices.length; f++) {
      if (offsets[f] == null) {
        indices[f] = room(indices[f], samples);
      } else {
        offsets[f] = room(offsets[f], samples + 1);
      }
    }
  }

  /** Makes room for the lookups of a bag feature; those that are there stay. */
  public void roomForLookups(int feature, int lookups) {
    if (indices[feature].length < lookups) {
      indices[feature] = Arrays.copyOf(indices[feature], Math.max(lookups, lookups * 3 / 2));
    }
    if (weights[feature] != null && weights[feature].length < lookups) {
      weights[feature] = Arrays.copyOf(weights[feature], indices[feature].length);
    }
  }

  private static float[] room(float[] array, int length) {
    return array.length < length ? new float[length] : array;
  }

  private static int[] room(int[] array, int length) {
    return array.length < length ? new int[length] : array;
  }

  public int count() {
    return count;
  }

  public float[] dense() {
    return dense;
  }

  public int[] indices(int feature) {
    return indices[feature];
  }

  /** Null if the feature is one-hot. */
  public int[] offsets(int feature) {
    return offsets[feature];
  }

  /** Null if lookups have no weights. */
  public float[] weights(int feature) {
    return weights[feature];
  }

  /** The logit of each sample, once it is scored. */
  public float[] logits() {
    return logits;
  }

  /** Lookups of a feature in samples from {@code from} to {@code to - 1}. */
  public int lookups(int feature, int from, int to) {
    int[] starts = offsets[feature];
    return starts == null ? to - from : starts[to] - starts[from];
  }

  /** Whether the carrier is worth keeping for later requests. */
  public boolean isKept() {
    return logits.length <= LARGEST_KEPT_SAMPLES;
  }

  /** Copies all samples of a batch to position {@code at}; those before are there already. */
  public void copyFrom(Batch batch, int at) {
    int width = schema.denseWidth();
    int some = batch.samples();
    batch.dense().get(0, dense, at * width, some * width);
    for (int f = 0; f < indices.length; f++) {
      int lookups = batch.lookups(f);
      int start = at;
      if (offsets[f] != null) {
        start = at == 0 ? 0 : offsets[f][at];
        roomForLookups(f, start + lookups);
        for (int s = 0; s <= some; s++) {
          offsets[f][at + s] = start + batch.offsets(f)[s];
        }
      }
      System.arraycopy(batch.indices(f), 0, indices[f], start, lookups);
      if (weights[f] != null) {
        batch.lookupWeights(f).get(0, weights[f], start, lookups);
      }
    }
  }

  /**
   * Copies samples to a batch, behind those that it has already, whose offsets are set.
   *
   * @param at how many samples the batch has already
   */
  public void copyTo(Batch batch, int from, int some, int at) {
    int width = schema.denseWidth();
    batch.dense().put(at * width, dense, from * width, some * width);
    for (int f = 0; f < indices.length; f++) {
      int first = from;
      int start = at;
      if (offsets[f] != null) {
        int[] target = batch.offsets(f);
        first = offsets[f][from];
        target[0] = 0;
        start = target[at];
        for (int s = 1; s <= some; s++) {
          target[at + s] = start + offsets[f][from + s] - first;
        }
      }
      int lookups = lookups(f, from, from + some);
      System.arraycopy(indices[f], first, batch.indices(f), start, lookups);
      if (weights[f] != null) {
        batch.lookupWeights(f).put(start, weights[f], first, lookups);
      }
    }
  }
}
