package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.collective.Collective;
import java.nio.FloatBuffer;

/**
 * A number for each owned row, summed over ranks that each have a part of the row. All ranks own
 * the same rows in the same order, and get the same bits: the sums are taken in rank order. Takes 4
 * bytes a row and rank, and 4 more a row.
 */
final class RowTotals {

  private final Collective collective;
  private final FloatBuffer own;
  private final FloatBuffer all;
  private final int[] starts;
  private int rows;

  RowTotals(Collective collective, int maxRows, NativeMemory memory) {
    this.collective = collective;
    this.own = memory.floats(maxRows);
    this.all = memory.floats((long) collective.ranks() * maxRows);
    this.starts = new int[collective.ranks() + 1];
  }

  static long bytes(int ranks, int maxRows) {
    return (1L + ranks) * maxRows * Float.BYTES;
  }

  /** Sets this rank's part of a row's number. */
  void put(int row, float part) {
    own.put(row, part);
  }

  /** All parts are set: all ranks give each other theirs. */
  void exchange(int rows) {
    this.rows = rows;
    for (int p = 0; p < starts.length; p++) {
      starts[p] = p * rows;
    }
    collective.allGather(own, all, starts);
  }

  /** The number of a row. */
  float of(int row) {
    float sum = all.get(row);
    for (int p = 1; p < starts.length - 1; p++) {
      sum += all.get(p * rows + row);
    }
    return sum;
  }
}
