package dev.farsight.testkit.store;

import dev.farsight.api.memory.RowBuffer;
import java.util.Arrays;

/**
 * Rows of a buffer that may be given by their seeds, drawn straight from the words of {@link
 * dev.farsight.api.table.InitialRows}: what a device must make of them.
 */
public final class SeededRows {

  private SeededRows() {}

  /** Weights and state of a row of {@code from}. */
  public static float[] row(RowBuffer from, int row) {
    var values = new float[from.format().words()];
    float bound = from.seeds() == null ? 0 : from.seeds().bounds().get(row);
    if (bound == 0) {
      from.get(row, values);
      return values;
    }
    long key = from.seeds().keys().get(row);
    for (int d = 0; d < from.format().dim(); d++) {
      int h = ((int) key + d * 0x9E3779B9) ^ (int) (key >>> 32);
      h = (h ^ (h >>> 16)) * 0x85EBCA6B;
      h = (h ^ (h >>> 13)) * 0xC2B2AE35;
      h ^= h >>> 16;
      values[d] = ((h >>> 8) * 0x1p-23f - 1) * bound;
    }
    int at = from.format().stateWord();
    for (var part : from.format().state()) {
      Arrays.fill(values, at, at + part.floats(), part.start());
      at += part.floats();
    }
    return values;
  }
}
