package dev.farsight.engine.metrics;

import java.util.Arrays;

/**
 * The AUROC of each group of samples, averaged. Groups are numbered from 0. Exact, for any number
 * of samples. O(n log n) time; memory: 8 to 16 bytes a sample, twice that with weights. Not
 * thread-safe.
 *
 * <p>The samples of a group lie in one of 64 lists, as numbers that sort by group, then by score.
 */
final class GroupedScores {

  private static final int LISTS = 64;
  private static final long LOW_INT = 0xFFFF_FFFFL;

  /** Of the group, the sortable score and the label, from the top bit on. */
  private final LongList[] samples = new LongList[LISTS];

  /** Of the group and the bits of the weight; null if every sample counts as 1. */
  private final LongList[] weights;

  /**
   * @param weighted whether samples have weights
   */
  GroupedScores(boolean weighted) {
    weights = weighted ? new LongList[LISTS] : null;
    for (int l = 0; l < LISTS; l++) {
      samples[l] = new LongList();
      if (weighted) {
        weights[l] = new LongList();
      }
    }
  }

  /**
   * Adds a sample.
   *
   * @param group at least 0
   * @param score not NaN
   * @param weight finite, at least 0; ignored if samples have no weights
   */
  void add(int group, float score, boolean positive, float weight) {
    int list = group % LISTS;
    // Flipping the top bit makes signed order that of the group.
    long number = ((long) group << 33) ^ Long.MIN_VALUE;
    long unsignedScore = (ScoreList.sortable(score) ^ Integer.MIN_VALUE) & LOW_INT;
    samples[list].add(number | unsignedScore << 1 | (positive ? 1 : 0));
    if (weights != null) {
      weights[list].add((long) group << 32 | (Float.floatToRawIntBits(weight) & LOW_INT));
    }
  }

  /**
   * The mean of the groups' AUROC, each group weighted by its samples or the sum of their weights.
   * Groups whose samples have one label are left out. NaN if all groups are, or weigh nothing.
   */
  double mean() {
    double sum = 0;
    double total = 0;
    for (int l = 0; l < LISTS; l++) {
      var list = new SortedList(samples[l].sorted(), weights == null ? null : weights[l].sorted());
      while (list.nextGroup()) {
        if (!Double.isNaN(list.auroc)) {
          sum += list.auroc * list.weight;
          total += list.weight;
        }
      }
    }
    return sum / total;
  }

  /** Reads the groups of a sorted list, one after the other. */
  private static final class SortedList {

    private final LongList samples;
    private final LongList weights;
    private int at;

    /** Of the group read last; NaN if all its samples have one label. */
    private double auroc;

    private double weight;

    SortedList(LongList samples, LongList weights) {
      this.samples = samples;
      this.weights = weights;
    }

    /** Reads the next group; false if there is none. */
    boolean nextGroup() {
      if (at == samples.size) {
        return false;
      }
      int start = at;
      long group = samples.values[at] >>> 33;
      long positives = 0;
      long negatives = 0;
      double pairs = 0;
      while (at < samples.size && samples.values[at] >>> 33 == group) {
        long score = samples.values[at] >>> 1;
        long tiedPositives = 0;
        long tied = 0;
        while (at < samples.size && samples.values[at] >>> 1 == score) {
          tiedPositives += samples.values[at++] & 1;
          tied++;
        }
        pairs += tiedPositives * (negatives + (tied - tiedPositives) / 2.0);
        positives += tiedPositives;
        negatives += tied - tiedPositives;
      }
      auroc = pairs / ((double) positives * negatives);
      weight = weights == null ? at - start : weightOf(start, at);
      return true;
    }

    /** Weights of a group are in its stretch, in another order than its samples. */
    private double weightOf(int start, int end) {
      double sum = 0;
      for (int i = start; i < end; i++) {
        sum += Float.intBitsToFloat((int) weights.values[i]);
      }
      return sum;
    }
  }

  /** A list of longs that grows. */
  private static final class LongList {

    private long[] values = new long[16];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    LongList sorted() {
      Arrays.parallelSort(values, 0, size);
      return this;
    }
  }

  /** Heap that a number of samples takes, about. */
  static long heapBytes(long samples, boolean weighted) {
    return samples * Long.BYTES * 3 / 2 * (weighted ? 2 : 1);
  }
}
