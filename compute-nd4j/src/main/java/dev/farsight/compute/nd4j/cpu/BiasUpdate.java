package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;

/** Adds up a bias's gradients of all tiles, in tile order, and updates the bias. */
final class BiasUpdate implements Update {

  private final RuleArithmetic rule;
  private final DenseParameter bias;
  private final Matrix byTile;
  private final Tiling tiling;
  private final Sink total;

  /**
   * @param byTile a tile's gradient in each row
   */
  BiasUpdate(RuleArithmetic rule, DenseParameter bias, Matrix byTile, Tiling tiling) {
    this.rule = rule;
    this.bias = bias;
    this.byTile = byTile;
    this.tiling = tiling;
    this.total = new Sink(byTile, false);
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    int out = byTile.width();
    int tiles = tiling.tiles(input.batch().samples());
    for (int t = 1; t < tiles; t++) {
      total.put(0, byTile.floats(), byTile.at(t), out, scratch);
    }
    bias.update(rule, 0, byTile.floats(), out, input.denseLearningRate(), scratch);
  }

  @Override
  public long cost() {
    return byTile.width();
  }
}
