package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;
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
    this.dim = rooms[0].row().length;
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var batch = tile.input().batch();
    int[] offsets = batch.offsets(feature);
    var weights = batch.lookupWeights(feature);
    room.rows().begin(tile, feature, scales);
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      int from = offsets == null ? s : offsets[s];
      int lookups = offsets == null ? 1 : offsets[s + 1] - from;
      pool(weights, from, lookups, room, scratch);
      output.floats().put(output.at(s) + feature * dim, room.pooled(), 0, dim);
    }
  }

  /**
   * Pools the next lookups.
   *
   * @param from position of the first among those of the feature
   */
  private void pool(FloatBuffer weights, int from, int lookups, BagRoom room, Scratch scratch) {
    float[] sum = room.pooled();
    float[] row = room.row();
    if (lookups == 0) {
      Arrays.fill(sum, 0f);
      return;
    }
    room.rows().next(sum, scratch);
    if (weights != null) {
      RowScales.scale(sum, dim, weights.get(from));
    }
    for (int i = from + 1; i < from + lookups; i++) {
      room.rows().next(row, scratch);
      if (weights != null) {
        RowScales.scale(row, dim, weights.get(i));
      }
      for (int d = 0; d < dim; d++) {
        sum[d] += row[d];
      }
    }
  }
}
