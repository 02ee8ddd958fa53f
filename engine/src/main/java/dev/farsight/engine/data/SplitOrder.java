package dev.farsight.engine.data;

/**
 * The order of samples that are cut into splits ({@code data.splits}): a function of the number of
 * samples, the number of splits and the samples of a step. It knows nothing of ranks and processes.
 *
 * <pre>
 * split s      samples [start(s), start(s + 1)),   start(s) = s * floor(n / N) + min(s, n mod N)
 * step t       first samples t * c to (t + 1) * c of split 0, then those of split 1, and so on;
 *              c = B / N.  At the end of the data, what is left of them, in the same order
 * </pre>
 *
 * <p>All steps but the last have c samples of each split, as lengths differ by one at most. So with
 * as many ranks as divide N, a rank reads the same splits in every step but the last.
 *
 * <p>Stands at a position; used by one thread.
 */
final class SplitOrder {

  private final long samples;
  private final int splits;

  /** Samples of a split in a step. */
  private final int each;

  /** Samples that every split has; the first ones have one more. */
  private final long least;

  private final long longer;

  private int split;
  private long index;
  private long run;

  /**
   * @param stepSamples samples of a step, a multiple of {@code splits}
   */
  SplitOrder(long samples, int splits, int stepSamples) {
    this.samples = samples;
    this.splits = splits;
    each = stepSamples / splits;
    least = samples / splits;
    longer = samples % splits;
  }

  /** Samples of all splits. */
  long samples() {
    return samples;
  }

  int splits() {
    return splits;
  }

  /** Samples of a split in a step. */
  int each() {
    return each;
  }

  /** The first sample of a split in the order of the data. */
  long start(int number) {
    return number * least + Math.min(number, longer);
  }

  long length(int number) {
    return least + (number < longer ? 1 : 0);
  }

  /**
   * Goes to a position.
   *
   * @param position below {@link #samples}
   */
  void at(long position) {
    long step = position / ((long) each * splits);
    long within = position % ((long) each * splits);
    long before = step * each;
    if (before + each <= least) {
      split = (int) (within / each);
      index = before + within % each;
      run = each - within % each;
      return;
    }
    split = 0;
    long left = Math.min(each, length(0) - before);
    while (within >= left) {
      within -= left;
      left = Math.min(each, length(++split) - before);
    }
    index = before + within;
    run = left - within;
  }

  /** The split that the position is in. */
  int split() {
    return split;
  }

  /** The sample of the split at the position, from 0. */
  long index() {
    return index;
  }

  /** How many samples from the position on are one behind the other in the split. */
  long run() {
    return run;
  }
}
