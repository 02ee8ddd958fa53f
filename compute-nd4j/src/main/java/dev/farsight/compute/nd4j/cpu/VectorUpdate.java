package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/** Adds up the gradients that tiles made of a vector, such as a bias, in tile order. */
final class VectorUpdate implements Update {

  private final Learning.Dense learning;
  private final Matrix byTile;
  private final Tiling tiling;
  private final Sink total;

  /**
   * @param byTile a tile's gradient in each row
   */
  VectorUpdate(Learning.Dense learning, Matrix byTile, Tiling tiling) {
    this.learning = learning;
    this.byTile = byTile;
    this.tiling = tiling;
    this.total = new Sink(byTile, false);
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    int width = byTile.width();
    int tiles = tiling.tiles(input.batch().samples());
    for (int t = 1; t < tiles; t++) {
      total.put(0, byTile.floats(), byTile.at(t), width, scratch);
    }
    learning.take(0, byTile.floats(), width, scratch);
  }

  @Override
  public long cost() {
    return byTile.width();
  }
}
