package dev.farsight.testkit.store;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
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
    float scale = from.seeds() == null ? 0 : from.seeds().scales().get(row);
    if (scale == 0) {
      from.get(row, values);
      return values;
    }
    long key = from.seeds().keys().get(row);
    var weights = new float[from.format().dim()];
    for (int d = 0; d < weights.length; d++) {
      weights[d] = scale > 0 ? uniform(key, d) * scale : normal(key, d) * -scale;
    }
    new RowWeights(from.format()).putNearest(FloatBuffer.wrap(values), 0, weights);
    int at = from.format().stateWord();
    for (var part : from.format().state()) {
      Arrays.fill(values, at, at + part.floats(), part.start());
      at += part.floats();
    }
    return values;
  }

  private static int bits(long key, int i) {
    int h = ((int) key + i * 0x9E3779B9) ^ (int) (key >>> 32);
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }

  private static float uniform(long key, int d) {
    return (bits(key, d) >>> 8) * 0x1p-23f - 1;
  }

  private static float normal(long key, int d) {
    int sum = 0;
    for (int i = 0; i < 6; i++) {
      sum += (bits(key, 6 * d + i) >>> 16) + (bits(key, 6 * d + i) & 0xFFFF);
    }
    return (2 * sum - 12 * 65535) / 131072f;
  }
}
