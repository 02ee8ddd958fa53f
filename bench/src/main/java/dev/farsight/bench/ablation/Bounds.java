package dev.farsight.bench.ablation;

import java.util.Map;

/**
 * The best hit ratio that any policy could have, by what it depends on: lookups and slots. Cells
 * that differ in neither share one.
 */
final class Bounds {

  private final Map<String, Double> hitRatios;

  Bounds(Map<String, Double> hitRatios) {
    this.hitRatios = Map.copyOf(hitRatios);
  }

  /** NaN where it was not computed. */
  double hitRatio(Cell cell) {
    return hitRatios.getOrDefault(key(cell), Double.NaN);
  }

  /** A digest of the lookups of a cell, in batches, and of its slots. */
  static String key(Cell cell) {
    var config = cell.config();
    return Digest.of(
        Cell.json(config.getConfig("data").withoutPath("synthetic.in-memory"))
            + config.getString("train.seed")
            + config.getString("train.epochs")
            + config.getString("train.max-steps")
            + config.getString("report.warm-up")
            + cell.outlook().slots());
  }
}
