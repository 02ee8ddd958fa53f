package dev.farsight.datasets.npy;

import dev.farsight.api.data.Permutation;
import java.util.Arrays;
import java.util.List;

/**
 * Which samples come one after the other, and where they lie: a sample's number counts the samples
 * of all parts. Immutable.
 */
final class SampleOrder {

  private final SampleFiles[] parts;

  /** Number of the first sample of each part; one entry more than parts. */
  private final long[] firsts;

  /** Null if samples come in their own order. */
  private final Permutation permutation;

  /**
   * @param permutation of the first samples; null if they come in their own order
   */
  SampleOrder(List<SampleFiles> parts, Permutation permutation) {
    this.parts = parts.toArray(SampleFiles[]::new);
    this.permutation = permutation;
    this.firsts = new long[this.parts.length + 1];
    for (int p = 0; p < this.parts.length; p++) {
      firsts[p + 1] = firsts[p] + this.parts[p].samples();
    }
  }

  /** Whether samples that come one after the other lie all over the files. */
  boolean scattered() {
    return permutation != null;
  }

  /** The number of the sample at a position. */
  long at(long position) {
    return permutation == null ? position : permutation.at(position);
  }

  /** The number of the part that a sample is in. */
  int partOf(long sample) {
    int found = Arrays.binarySearch(firsts, sample);
    if (found < 0) {
      return -found - 2;
    }
    // Parts without samples have the same first sample as the one behind them.
    while (firsts[found + 1] == sample) {
      found++;
    }
    return found;
  }

  SampleFiles part(int part) {
    return parts[part];
  }

  /** The row of a sample in the files of its part. */
  long row(long sample, int part) {
    return sample - firsts[part];
  }

  /** How many of the wanted samples follow each other in the same files. */
  int run(long sample, int part, int wanted) {
    return scattered() ? 1 : (int) Math.min(wanted, firsts[part + 1] - sample);
  }
}
