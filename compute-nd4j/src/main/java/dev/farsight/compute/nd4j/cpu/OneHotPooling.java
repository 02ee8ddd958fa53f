package dev.farsight.compute.nd4j.cpu;

/** A copy of the one row that each sample looks up, of float32. */
final class OneHotPooling implements FeaturePooling {

  private final int feature;
  private final RowMemory rows;
  private final Matrix output;
  private final int dim;

  OneHotPooling(int feature, RowMemory rows, Matrix output) {
    this.feature = feature;
    this.rows = rows;
    this.output = output;
    this.dim = rows.format().dim();
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var input = tile.input();
    var uniqueOf = input.uniqueOf();
    var uniqueSlots = input.uniqueSlots();
    var pooled = output.floats();
    int lookup = input.batch().lookupStart(feature) + tile.from;
    int end = lookup + tile.samples();
    touch(tile, lookup, end, scratch);
    int at = output.at(tile.from) + feature * dim;
    for (int l = lookup; l < end; l++) {
      int slot = uniqueSlots.get(uniqueOf.get(l));
      pooled.put(at, rows.chunk(slot), rows.at(slot), dim);
      at += output.width();
    }
  }

  /** Reads a little of each row, in a loop so tight that cache misses overlap. */
  private void touch(Tile tile, int lookup, int end, Scratch scratch) {
    var uniqueOf = tile.input().uniqueOf();
    var uniqueSlots = tile.input().uniqueSlots();
    float sum = 0;
    for (int l = lookup; l < end; l++) {
      int slot = uniqueSlots.get(uniqueOf.get(l));
      sum += rows.chunk(slot).get(rows.at(slot));
    }
    scratch.keep(sum);
  }
}
