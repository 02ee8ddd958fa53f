package dev.farsight.compute.nd4j.cpu;

import java.util.Arrays;

/**
 * The largest value of each dimension among a sample's rows; NaN counts as the largest. Training
 * notes which lookup it comes from: among equal ones the first, as they are read in order.
 */
final class MaxPooling implements FeaturePooling {

  private final int feature;
  private final BagRoom[] rooms;
  private final Matrix output;
  private final RowScales scales;
  private final int[] winners;
  private final int dim;

  /**
   * @param scales of the rows; null if the table has no largest norm
   * @param winners numbers of lookups, [samples][dim]; null if nobody asks
   */
  MaxPooling(int feature, BagRoom[] rooms, Matrix output, RowScales scales, int[] winners) {
    this.feature = feature;
    this.rooms = rooms;
    this.output = output;
    this.scales = scales;
    this.winners = winners;
    this.dim = rooms[0].pooled().length;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    boolean asked = winners != null && !tile.evaluation();
    int[] noted = asked ? winners : room.unasked();
    int[] offsets = tile.input().batch().offsets(feature);
    int lookup = room.rows().begin(tile, feature, scales);
    int end = tile.from + tile.samples();
    output.touch(tile.from, end, feature * dim, scratch);
    for (int s = tile.from; s < end; s++) {
      int lookups = offsets[s + 1] - offsets[s];
      pool(lookup, lookups, noted, asked ? s * dim : 0, room, scratch);
      output.floats().put(output.at(s) + feature * dim, room.pooled(), 0, dim);
      lookup += lookups;
    }
  }

  /**
   * Pools the next lookups.
   *
   * @param lookup number of the first
   * @param noted where the winners are noted, from {@code at} on
   */
  private void pool(int lookup, int lookups, int[] noted, int at, BagRoom room, Scratch scratch) {
    var rows = room.rows();
    float[] max = room.pooled();
    if (lookups == 0) {
      Arrays.fill(max, 0f);
      return;
    }
    rows.take(1, scratch);
    System.arraycopy(rows.block(), rows.at(), max, 0, dim);
    Arrays.fill(noted, at, at + dim, lookup);
    for (int done = 1; done < lookups; ) {
      int count = rows.take(lookups - done, scratch);
      for (int i = 0; i < count; i++) {
        compare(max, rows.block(), rows.at() + i * dim, lookup + done + i, noted, at);
      }
      done += count;
    }
  }

  /** Lets one more lookup win the dimensions in which its row is larger. */
  private static void compare(float[] max, float[] rows, int row, int lookup, int[] noted, int at) {
    for (int d = 0; d < max.length; d++) {
      float value = rows[row + d];
      if (value > max[d] || Float.isNaN(value)) {
        max[d] = value;
        noted[at + d] = lookup;
      }
    }
  }
}
