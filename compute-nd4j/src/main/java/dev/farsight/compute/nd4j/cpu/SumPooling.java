package dev.farsight.compute.nd4j.cpu;

import java.util.Arrays;

/**
 * The sum of a sample's rows, each times the weight of its lookup if there are any; added in lookup
 * order.
 */
final class SumPooling implements FeaturePooling {

  private final int feature;
  private final BagRoom[] rooms;
  private final Matrix output;
  private final RowScales scales;
  private final int dim;

  /**
   * @param scales of the rows; null if the table has no largest norm
   */
  SumPooling(int feature, BagRoom[] rooms, Matrix output, RowScales scales) {
    this.feature = feature;
    this.rooms = rooms;
    this.output = output;
    this.scales = scales;
    this.dim = rooms[0].pooled().length;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    int[] offsets = tile.input().batch().offsets(feature);
    int end = tile.from + tile.samples();
    room.rows().begin(tile, feature, scales);
    output.touch(tile.from, end, feature * dim, scratch);
    for (int s = tile.from; s < end; s++) {
      pool(offsets == null ? 1 : offsets[s + 1] - offsets[s], room, scratch);
      output.floats().put(output.at(s) + feature * dim, room.pooled(), 0, dim);
    }
  }

  /** Pools the next lookups. */
  private void pool(int lookups, BagRoom room, Scratch scratch) {
    var rows = room.rows();
    float[] sum = room.pooled();
    if (lookups == 0) {
      Arrays.fill(sum, 0f);
      return;
    }
    rows.take(1, scratch);
    System.arraycopy(rows.block(), rows.at(), sum, 0, dim);
    for (int done = 1; done < lookups; ) {
      int count = rows.take(lookups - done, scratch);
      add(sum, rows.block(), rows.at(), rows.at() + count * dim);
      done += count;
    }
  }

  /**
   * Adds the rows at positions [from, end), a few dimensions at a time, which stay in registers.
   */
  private static void add(float[] sum, float[] rows, int from, int end) {
    int dim = sum.length;
    int d = 0;
    for (; d + 4 <= dim; d += 4) {
      float a = sum[d];
      float b = sum[d + 1];
      float c = sum[d + 2];
      float e = sum[d + 3];
      for (int at = from + d; at < end; at += dim) {
        a += rows[at];
        b += rows[at + 1];
        c += rows[at + 2];
        e += rows[at + 3];
      }
      sum[d] = a;
      sum[d + 1] = b;
      sum[d + 2] = c;
      sum[d + 3] = e;
    }
    for (; d < dim; d++) {
      float a = sum[d];
      for (int at = from + d; at < end; at += dim) {
        a += rows[at];
      }
      sum[d] = a;
    }
  }
}
