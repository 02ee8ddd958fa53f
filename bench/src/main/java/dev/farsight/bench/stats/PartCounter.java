package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;

/** Counts samples and clicks of a pass. Used by one thread. */
final class PartCounter {

  private long rows;
  private long clicks;

  void add(Batch batch) {
    rows += batch.samples();
    if (batch.schema().labelled()) {
      for (int sample = 0; sample < batch.samples(); sample++) {
        clicks += batch.labels().get(sample) == 1 ? 1 : 0;
      }
    }
  }

  long rows() {
    return rows;
  }

  /**
   * @param pass at its end
   */
  PartFigures figures(BatchSource pass) {
    boolean known = pass.schema().labelled() && rows > 0;
    return new PartFigures(
        rows,
        known ? (Double) ((double) clicks / rows) : null,
        pass.badRows(),
        pass.truncatedBags());
  }
}
