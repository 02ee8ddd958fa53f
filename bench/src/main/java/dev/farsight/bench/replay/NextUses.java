package dev.farsight.bench.replay;

import java.util.Arrays;

/**
 * When each row of each batch is used next: the number of that batch, of the whole trace. Found in
 * one pass backwards, 4 bytes a unique row of a batch. Immutable.
 */
final class NextUses {

  static final int NEVER = Integer.MAX_VALUE;

  private final int[] next;

  NextUses(Requests requests) {
    next = new int[requests.entries()];
    int[] later = new int[requests.distinct()];
    Arrays.fill(later, NEVER);
    for (int batch = requests.batches() - 1; batch >= 0; batch--) {
      for (int at = requests.start(batch); at < requests.start(batch + 1); at++) {
        next[at] = later[requests.row(at)];
        later[requests.row(at)] = batch;
      }
    }
  }

  /** Next batch that uses the row at a position among the unique rows of all batches. */
  int at(int position) {
    return next[position];
  }
}
