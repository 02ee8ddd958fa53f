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
    boolean noted = winners != null && !tile.evaluation();
    int[] from = noted ? winners : room.unnoted();
    int[] offsets = tile.input().batch().offsets(feature);
    int lookup = room.rows().begin(tile, feature, scales);
    int end = tile.from + tile.samples();
    output.touch(tile.from, end, feature * dim, scratch);
    for (int s = tile.from; s < end; s++) {
      int lookups = offsets[s + 1] - offsets[s];
      pool(lookup, lookups, from, noted ? s * dim : 0, room, scratch);
      output.floats().put(output.at(s) + feature * dim, room.pooled(), 0, dim);
      lookup += lookups;
    }
  }

  /**
   * Pools the next lookups.
   *
   * @param lookup number of the first
   * @param from where the winners are noted, from {@code at} on
   */
  private void pool(int lookup, int lookups, int[] from, int at, BagRoom room, Scratch scratch) {
    float[] max = room.pooled();
    var reader = room.rows();
    float[] rows = reader.block();
    if (lookups == 0) {
      Arrays.fill(max, 0f);
      return;
    }
    reader.take(1, scratch);
    System.arraycopy(rows, reader.at(), max, 0, dim);
    Arrays.fill(from, at, at + dim, lookup);
    for (int done = 1; done < lookups; ) {
      int count = reader.take(lookups - done, scratch);
      int end = reader.at() + count * dim;
      for (int d = 0; d < dim; d++) {
        float largest = max[d];
        int winner = from[at + d];
        int l = lookup + done;
        for (int row = reader.at() + d; row < end; row += dim) {
          float value = rows[row];
          boolean wins = value > largest || Float.isNaN(value);
          winner = wins ? l : winner;
          largest = wins ? value : largest;
          l++;
        }
        max[d] = largest;
        from[at + d] = winner;
      }
      done += count;
    }
  }
}
