package dev.farsight.testkit.data;

import dev.farsight.api.data.Batch;
import dev.farsight.testkit.compute.Lookup;
import java.util.ArrayList;
import java.util.List;

/**
 * A sample as a plain value. Floats are compared by their bits.
 *
 * @param columns label, truth, weight, group and row number, as far as there are some
 * @param bags index and weight of each feature's lookups
 */
record Sample(List<Number> columns, List<Float> dense, List<List<IndexAndWeight>> bags) {

  /** A lookup. */
  record IndexAndWeight(int index, double weight) {}

  static Sample of(Batch batch, int sample) {
    return new Sample(columns(batch, sample), dense(batch, sample), bags(batch, sample));
  }

  private static List<Number> columns(Batch batch, int sample) {
    var columns = new ArrayList<Number>();
    if (batch.schema().labelled()) {
      columns.add(batch.labels().get(sample));
    }
    if (batch.truth() != null) {
      columns.add(batch.truth().get(sample));
    }
    if (batch.weights() != null) {
      columns.add(batch.weights().get(sample));
    }
    if (batch.groups() != null) {
      columns.add(batch.groups().get(sample));
    }
    if (batch.rowNumbers() != null) {
      columns.add(batch.rowNumbers().get(sample));
    }
    return columns;
  }

  private static List<Float> dense(Batch batch, int sample) {
    var dense = new ArrayList<Float>();
    int width = batch.schema().denseWidth();
    for (int d = 0; d < width; d++) {
      dense.add(batch.dense().get(sample * width + d));
    }
    return dense;
  }

  private static List<List<IndexAndWeight>> bags(Batch batch, int sample) {
    var bags = new ArrayList<List<IndexAndWeight>>();
    var tables = batch.schema().tables();
    for (int f = 0; f < batch.schema().features().size(); f++) {
      int table = batch.schema().features().get(f).table();
      bags.add(
          Lookup.ofBag(batch, f, sample).stream()
              .map(
                  lookup ->
                      new IndexAndWeight(tables.indexOf(table, lookup.rowId()), lookup.weight()))
              .toList());
    }
    return bags;
  }
}
