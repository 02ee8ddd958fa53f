package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/**
 * Sums the gradients of each row's lookups, in lookup order, for one worker. A lookup's gradient is
 * that of its bag, times its weight if it has one; with max pooling, only those values that the
 * lookup won.
 *
 * <p>Gradients are found and touched {@value #AHEAD} at a time before they are used, in a loop so
 * tight that their cache misses overlap.
 */
final class RowGradients {

  private static final int AHEAD = 64;

  private final Matrix bags;
  private final Winners winners;
  private final int dim;

  /** Whether every lookup's gradient is just that of its bag. */
  private final boolean plain;

  private final float[] sum;
  private final float[] gradient;

  // What is known of lookups located and not yet used, by position among rowLookups modulo AHEAD.

  /** Positions of the gradients of their bags. */
  private final int[] positions = new int[AHEAD];

  private final int[] features = new int[AHEAD];
  private final float[] weights = new float[AHEAD];

  private StepInput input;
  private int located;
  private int end;
  private int feature;

  /**
   * @param bags gradients of bags, [samples][features][dim]
   * @param weighted whether any lookups have weights
   */
  RowGradients(Matrix bags, int dim, boolean weighted, Winners winners) {
    this.bags = bags;
    this.winners = winners;
    this.dim = dim;
    this.plain = !weighted && !winners.any();
    this.sum = new float[dim];
    this.gradient = new float[dim];
  }

  /**
   * One for each worker.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  static RowGradients[] of(StepParts parts, Matrix bags, Winners winners) {
    var all = new RowGradients[parts.workers()];
    for (int w = 0; w < all.length; w++) {
      boolean weighted = parts.spec().schema().weightedLookups();
      all[w] = new RowGradients(bags, parts.spec().format().dim(), weighted, winners);
    }
    return all;
  }

  /** From now on, sums the lookups at positions [from, end) of {@link StepInput#rowLookups}. */
  void begin(StepInput input, int from, int end) {
    this.input = input;
    this.located = from;
    this.end = end;
    this.feature = 0;
  }

  /** The lookups before this one are not summed, and the next sum begins there. */
  void skip(int to) {
    located = Math.max(located, to);
  }

  /** The sum over lookups [from, to), which follow those summed before. Valid until the next. */
  float[] sum(int from, int to, Scratch scratch) {
    var gradients = bags.floats();
    for (int k = from; k < to; k++) {
      if (k == located) {
        locate(k, Math.min(end, k + AHEAD), scratch);
      }
      float[] into = k == from ? sum : gradient;
      gradients.get(positions[k % AHEAD], into, 0, dim);
      if (!plain) {
        weigh(k, into);
      }
      if (k > from) {
        for (int d = 0; d < dim; d++) {
          sum[d] += gradient[d];
        }
      }
    }
    return sum;
  }

  /** Turns a bag's gradient into that of one of its lookups. */
  private void weigh(int k, float[] values) {
    int[] won = winners.of(features[k % AHEAD]);
    if (won == null) {
      RowScales.scale(values, 0, dim, weights[k % AHEAD]);
      return;
    }
    int lookup = input.rowLookups().get(k);
    int at = positions[k % AHEAD] / bags.width() * dim;
    for (int d = 0; d < dim; d++) {
      values[d] = won[at + d] == lookup ? values[d] : 0f;
    }
  }

  private void locate(int from, int to, Scratch scratch) {
    var batch = input.batch();
    var lookups = input.rowLookups();
    var bagOf = input.bagOf();
    float touched = 0;
    for (int k = from; k < to; k++) {
      int lookup = lookups.get(k);
      while (lookup >= batch.lookupStart(feature + 1)) {
        feature++;
      }
      while (lookup < batch.lookupStart(feature)) {
        feature--;
      }
      int bag = bagOf == null ? lookup : bagOf.get(lookup);
      int sample = bag - feature * batch.samples();
      int at = bags.at(sample) + feature * dim;
      positions[k % AHEAD] = at;
      touched += bags.floats().get(at);
      if (!plain) {
        touched += locateFactor(k % AHEAD, lookup, sample);
      }
    }
    located = to;
    scratch.keep(touched);
  }

  /** Finds what a bag's gradient is weighed by; returns a value read only for its cache misses. */
  private float locateFactor(int i, int lookup, int sample) {
    var batch = input.batch();
    features[i] = feature;
    int[] won = winners.of(feature);
    if (won != null) {
      return won[sample * dim];
    }
    var ofFeature = batch.lookupWeights(feature);
    weights[i] = ofFeature == null ? 1f : ofFeature.get(lookup - batch.lookupStart(feature));
    return weights[i];
  }
}
