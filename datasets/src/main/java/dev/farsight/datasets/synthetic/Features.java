package dev.farsight.datasets.synthetic;

import dev.farsight.api.table.TableSet;

/** Draws the features of samples, one at a time. Holds the last one drawn; not thread-safe. */
final class Features {

  private final PowerLaw[] laws;
  private final DenseLaw denseLaw;
  final int[] ranks;
  final int[] indices;
  final int[] counts;
  final float[] dense;

  Features(PowerLaw[] laws, DenseLaw denseLaw, int denseWidth) {
    this.laws = laws;
    this.denseLaw = denseLaw;
    this.ranks = new int[laws.length];
    this.indices = new int[laws.length];
    this.counts = new int[denseWidth];
    this.dense = new float[denseWidth];
  }

  static PowerLaw[] laws(TableSet tables, double exponent) {
    return tables.tables().stream()
        .map(table -> new PowerLaw(table.rows(), exponent))
        .toArray(PowerLaw[]::new);
  }

  /**
   * @param key of the sample
   */
  void draw(long key) {
    for (int t = 0; t < laws.length; t++) {
      ranks[t] = laws[t].rank(Draws.unit(Draws.bits(key, t)));
      indices[t] = laws[t].index(ranks[t]);
    }
    for (int d = 0; d < dense.length; d++) {
      int draw = denseLaw.draw(Draws.bits(key, Draws.DENSE + d));
      counts[d] = denseLaw.count(draw);
      dense[d] = denseLaw.feature(draw);
    }
  }
}
