package dev.farsight.engine.metrics;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.util.Arrays;

/**
 * Collects the logits of an evaluation and computes its scores. Memory: 5 to 9 bytes a sample. Not
 * thread-safe.
 */
public final class Evaluation {

  private final boolean labelled;
  private float[] logits;
  private byte[] labels;
  private float[] truth;
  private int count;

  /**
   * @param expectedSamples the expected number of samples; there may be more or fewer
   * @param labelled whether samples have labels; without labels there are no scores
   * @param truth whether samples have true probabilities
   */
  public Evaluation(long expectedSamples, boolean labelled, boolean truth) {
    int size = (int) Math.min(Math.max(expectedSamples, 16), Integer.MAX_VALUE - 16);
    this.labelled = labelled;
    logits = new float[size];
    labels = new byte[size];
    this.truth = truth ? new float[size] : null;
  }

  /**
   * Adds the samples of a batch.
   *
   * @throws FarsightException if a logit is infinite or not a number
   */
  public void add(Batch batch, StepInput result) {
    int n = batch.samples();
    reserve(count + n);
    result.logits().get(0, logits, count, n);
    for (int s = count; s < count + n; s++) {
      if (!Float.isFinite(logits[s])) {
        throw new FarsightException(
            "the logit of evaluation sample %d, counted from 0, is %s: look for extreme values in the data or in the model"
                .formatted(s, logits[s]));
      }
    }
    for (int s = 0; s < n; s++) {
      labels[count + s] = (byte) (labelled && batch.labels().get(s) > 0.5f ? 1 : 0);
    }
    if (truth != null) {
      batch.truth().get(0, truth, count, n);
    }
    count += n;
  }

  private void reserve(int needed) {
    if (needed < 0) {
      throw new FarsightException("more than 2^31 evaluation samples");
    }
    if (needed > logits.length) {
      int size = (int) Math.min(Math.max(needed, logits.length * 3L / 2), Integer.MAX_VALUE - 16);
      logits = Arrays.copyOf(logits, size);
      labels = Arrays.copyOf(labels, size);
      truth = truth == null ? null : Arrays.copyOf(truth, size);
    }
  }

  public int samples() {
    return count;
  }

  /** The logits of the samples, in order; the first {@link #samples()} entries are used. */
  public float[] logits() {
    return logits;
  }

  /** The scores; null if there are no labels or no samples. */
  public Quality quality() {
    if (!labelled || count == 0) {
      return null;
    }
    double loss = 0;
    int correct = 0;
    for (int s = 0; s < count; s++) {
      double z = logits[s];
      loss += Math.max(z, 0) - z * labels[s] + Math.log1p(Math.exp(-Math.abs(z)));
      correct += z > 0 == (labels[s] == 1) ? 1 : 0;
    }
    double ceiling = truth == null ? Double.NaN : Auroc.of(truth, labels, count);
    return new Quality(
        Auroc.of(logits, labels, count), ceiling, (double) correct / count, loss / count);
  }
}
