package dev.farsight.datasets.synthetic;

import dev.farsight.api.table.TableSet;
import java.util.List;

/** Draws the features of samples, one at a time. Holds the last one drawn; not thread-safe. */
final class Features {

  private final PowerLaw[] laws;
  private final BagLaw[] bags;
  private final DenseLaw denseLaw;

  /** By table: where its lookups begin in {@link #ranks} and {@link #indices}. */
  final int[] starts;

  /** By table: how many lookups it has. */
  final int[] sizes;

  final int[] ranks;
  final int[] indices;
  final int[] counts;
  final float[] dense;

  Features(PowerLaw[] laws, List<BagLaw> bags, DenseLaw denseLaw, int denseWidth) {
    this.laws = laws;
    this.bags = bags.toArray(BagLaw[]::new);
    this.denseLaw = denseLaw;
    this.starts = new int[laws.length];
    this.sizes = new int[laws.length];
    int lookups = 0;
    for (int t = 0; t < laws.length; t++) {
      starts[t] = lookups;
      lookups = Math.addExact(lookups, this.bags[t].most());
    }
    this.ranks = new int[lookups];
    this.indices = new int[lookups];
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
      sizes[t] = bags[t].size(key, t);
      drawLookup(key, t, 0);
      for (int i = 1; i < sizes[t]; i++) {
        drawLookup(key, t, i);
      }
    }
    for (int d = 0; d < dense.length; d++) {
      int draw = denseLaw.draw(Draws.bits(key, Draws.DENSE + d));
      counts[d] = denseLaw.count(draw);
      dense[d] = denseLaw.feature(draw);
    }
  }

  private void drawLookup(long key, int table, int number) {
    PowerLaw law = laws[table];
    int at = starts[table] + number;
    int rank = law.rank(Draws.unit(Draws.bits(key, Draws.lookup(table, number))));
    ranks[at] = rank;
    indices[at] = law.index(rank);
  }
}
