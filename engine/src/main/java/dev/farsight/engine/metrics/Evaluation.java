package dev.farsight.engine.metrics;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.StepInput;
import dev.farsight.api.data.Batch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the logits of an evaluation and computes its scores, of any number of samples. Memory: 4
 * bytes a labelled sample, 4 more if there are true probabilities, 4 more if the logits are kept,
 * and those of {@link GroupedScores} if samples are grouped. Not thread-safe.
 */
public final class Evaluation {

  /** The group feature of an evaluation without groups. */
  public static final int NO_GROUPS = -1;

  private static final int CHUNK = 1 << 20;

  private final boolean labelled;
  private final int groupFeature;

  /** Null without groups, and before the first batch. */
  private GroupedScores groups;

  private final boolean keepsLogits;
  private final RankedScores scores = new RankedScores();

  /** Of the true probabilities; null if there are none. */
  private final RankedScores ceiling;

  /** All chunks but the last are full. */
  private final List<FloatBuffer> logits = new ArrayList<>();

  private final ScoredSamples scored;
  private double loss;

  /** Sum of the predicted probabilities. */
  private double predicted;

  private long positives;
  private long correct;
  private long count;

  /** An evaluation without groups. */
  public Evaluation(boolean labelled, boolean truth, boolean keepsLogits) {
    this(labelled, truth, keepsLogits, NO_GROUPS);
  }

  /**
   * @param labelled whether samples have labels; without labels there are no scores
   * @param truth whether samples have true probabilities
   * @param keepsLogits whether {@link #logits} are asked for
   * @param groupFeature the feature whose first lookup tells a sample's group; a sample without a
   *     lookup belongs to none. {@link #NO_GROUPS} if there are no groups
   */
  public Evaluation(boolean labelled, boolean truth, boolean keepsLogits, int groupFeature) {
    this.labelled = labelled;
    this.groupFeature = groupFeature;
    this.keepsLogits = keepsLogits;
    ceiling = labelled && truth ? new RankedScores() : null;
    scored = new ScoredSamples(groupFeature);
  }

  /**
   * Adds the samples of a batch.
   *
   * @throws FarsightException if a logit is infinite or not a number
   */
  public void add(Batch batch, StepInput result) {
    add(scored.of(batch, result));
  }

  /** As {@link #add(Batch, StepInput)}, for samples that may be of another process. */
  public void add(ScoredSamples samples) {
    float[] values = samples.logits();
    for (int s = 0; s < samples.count(); s++) {
      if (!Float.isFinite(values[s])) {
        throw new FarsightException(
            "the logit of evaluation sample %d, counted from 0, is %s: look for extreme values in the data or in the model"
                .formatted(count + s, values[s]));
      }
    }
    for (int s = 0; labelled && s < samples.count(); s++) {
      score(values[s], samples.positive(s));
      if (ceiling != null) {
        ceiling.add(samples.truth(s), samples.positive(s));
      }
    }
    if (labelled && groupFeature != NO_GROUPS) {
      addToGroups(samples);
    }
    if (keepsLogits) {
      keep(values, samples.count());
    }
    count += samples.count();
  }

  private void addToGroups(ScoredSamples samples) {
    if (groups == null && samples.count() > 0) {
      groups = new GroupedScores(samples.weighted());
    }
    for (int s = 0; s < samples.count(); s++) {
      if (samples.grouped(s)) {
        groups.add(samples.group(s), samples.logits()[s], samples.positive(s), samples.weight(s));
      }
    }
  }

  private void score(float logit, boolean positive) {
    double z = logit;
    loss += Math.max(z, 0) - z * (positive ? 1 : 0) + Math.log1p(Math.exp(-Math.abs(z)));
    correct += z > 0 == positive ? 1 : 0;
    scores.add(logit, positive);
    predicted += 1 / (1 + Math.exp(-z));
    positives += positive ? 1 : 0;
  }

  private void keep(float[] values, int n) {
    for (int done = 0; done < n; ) {
      if (logits.isEmpty() || !logits.get(logits.size() - 1).hasRemaining()) {
        logits.add(FloatBuffer.allocate(CHUNK));
      }
      FloatBuffer last = logits.get(logits.size() - 1);
      int some = Math.min(n - done, last.remaining());
      last.put(values, done, some);
      done += some;
    }
  }

  public long samples() {
    return count;
  }

  /** The logits of the samples, in order, from position 0 to the limit of each buffer. */
  public List<FloatBuffer> logits() {
    if (!keepsLogits) {
      throw new IllegalStateException("the logits were not kept");
    }
    return logits.stream().map(chunk -> chunk.duplicate().flip()).toList();
  }

  /** The scores; null if there are no labels or no samples. */
  public Quality quality() {
    if (!labelled || count == 0) {
      return null;
    }
    RankedScores.Areas areas = scores.areas();
    return new Quality(
        areas.auroc(),
        ceiling == null ? Double.NaN : ceiling.areas().auroc(),
        areas.auprc(),
        (double) correct / count,
        loss / count,
        loss / count / entropy(),
        positives == 0 ? Double.NaN : predicted / positives,
        groups == null ? Double.NaN : groups.mean());
  }

  /**
   * The logloss of predicting the share of positive samples for each; NaN if one class is missing.
   */
  private double entropy() {
    double share = (double) positives / count;
    return -(share * Math.log(share) + (1 - share) * Math.log(1 - share));
  }

  /** Heap that the groups of a number of samples take, about. */
  public static long groupBytes(long samples, boolean weighted) {
    return GroupedScores.heapBytes(samples, weighted);
  }

  /**
   * Heap that the scores of a number of samples take, about; without their groups.
   *
   * @param keepsLogits as in the constructor
   */
  public static long heapBytes(long samples, boolean labelled, boolean truth, boolean keepsLogits) {
    long scores = labelled ? RankedScores.heapBytes(samples) : 0;
    return scores * (truth ? 2 : 1) + (keepsLogits ? Float.BYTES * (samples + CHUNK / 2) : 0);
  }
}
