package dev.farsight.testkit.model;

import dev.farsight.api.data.Batch;
import dev.farsight.api.table.InitialRows;
import dev.farsight.testkit.compute.Lookup;

/**
 * Labels that a sample's rows and dense features decide: every row and every dense feature speaks
 * for one of the labels, and the sum of what the sample has is told apart from 0.
 */
final class PlantedLabels {

  private PlantedLabels() {}

  static void put(Batch batch) {
    int width = batch.schema().denseWidth();
    for (int s = 0; s < batch.samples(); s++) {
      double sum = .1;
      for (int d = 0; d < width; d++) {
        sum += batch.dense().get(s * width + d) * (d % 2 == 0 ? 1 : -1);
      }
      for (int f = 0; f < batch.schema().features().size(); f++) {
        for (Lookup lookup : Lookup.ofBag(batch, f, s)) {
          sum += lookup.weight() * (InitialRows.mix64(lookup.rowId()) < 0 ? 1 : -1);
        }
      }
      batch.labels().put(s, sum > 0 ? 1 : 0);
    }
  }
}
