package dev.farsight.engine.metrics;

import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.nio.ByteBuffer;

/**
 * The logits of some samples, with what they are compared to; values that samples do not have are
 * 0. Reused from batch to batch; memory grows to the largest.
 */
public final class ScoredSamples {

  /** Of a sample: logit, label, truth, weight, group, and flags. */
  public static final int WORDS = 6;

  private static final int GROUPED = 1;
  private static final int WEIGHTED = 2;

  private final int groupFeature;
  private boolean weighted;
  private int count;
  private float[] logits = new float[0];
  private float[] labels = new float[0];
  private float[] truth = new float[0];
  private float[] weights = new float[0];
  private int[] groups = new int[0];
  private boolean[] grouped = new boolean[0];

  /**
   * @param groupFeature as {@link Evaluation} has it
   */
  public ScoredSamples(int groupFeature) {
    this.groupFeature = groupFeature;
  }

  public int count() {
    return count;
  }

  float[] logits() {
    return logits;
  }

  boolean positive(int sample) {
    return labels[sample] > 0.5f;
  }

  float truth(int sample) {
    return truth[sample];
  }

  /** Whether samples have weights of their own. Only of samples that are grouped. */
  boolean weighted() {
    return weighted;
  }

  float weight(int sample) {
    return weights[sample];
  }

  int group(int sample) {
    return groups[sample];
  }

  boolean grouped(int sample) {
    return grouped[sample];
  }

  /** The samples of a batch. */
  public ScoredSamples of(Batch batch, StepInput result) {
    begin(batch.samples());
    result.logits().get(0, logits, 0, count);
    if (batch.labels() != null) {
      batch.labels().get(0, labels, 0, count);
    }
    if (batch.truth() != null) {
      batch.truth().get(0, truth, 0, count);
    }
    if (groupFeature != Evaluation.NO_GROUPS) {
      readGroups(batch);
    }
    return this;
  }

  private void readGroups(Batch batch) {
    int[] indices = batch.indices(groupFeature);
    int[] offsets = batch.offsets(groupFeature);
    weighted = batch.weights() != null;
    for (int s = 0; s < count; s++) {
      int first = offsets == null ? s : offsets[s];
      grouped[s] = offsets == null || first < offsets[s + 1];
      groups[s] = grouped[s] ? indices[first] : 0;
      weights[s] = weighted ? batch.weights().get(s) : 1;
    }
  }

  private void begin(int samples) {
    count = samples;
    if (logits.length < samples) {
      logits = new float[samples];
      labels = new float[samples];
      truth = new float[samples];
      weights = new float[samples];
      groups = new int[samples];
      grouped = new boolean[samples];
    }
  }

  /** Writes {@value #WORDS} words of 4 bytes for each sample. */
  public void writeTo(ByteBuffer target) {
    for (int s = 0; s < count; s++) {
      target.putFloat(logits[s]).putFloat(labels[s]).putFloat(truth[s]).putFloat(weights[s]);
      target.putInt(groups[s]).putInt((grouped[s] ? GROUPED : 0) | (weighted ? WEIGHTED : 0));
    }
  }

  /** Reads what another process has written. */
  public ScoredSamples readFrom(ByteBuffer source, int samples) {
    begin(samples);
    for (int s = 0; s < samples; s++) {
      logits[s] = source.getFloat();
      labels[s] = source.getFloat();
      truth[s] = source.getFloat();
      weights[s] = source.getFloat();
      groups[s] = source.getInt();
      int flags = source.getInt();
      grouped[s] = (flags & GROUPED) != 0;
      weighted = (flags & WEIGHTED) != 0;
    }
    return this;
  }
}
