package dev.farsight.engine.plan;

import dev.farsight.api.data.Batch;
import dev.farsight.engine.cache.RegionRows;

/** What a rank's samples ask of the ranks that have rows. Reused from batch to batch. */
public final class AskedRows {

  private RegionRows rows;
  private int samples;
  private double weight;

  /** Of a rank of this process. The rows are sorted by group. */
  public AskedRows of(UniqueRows unique, Batch batch) {
    return of(unique.request().byRegion(), batch.samples(), weight(batch));
  }

  AskedRows of(RegionRows sorted, int samples, double weight) {
    rows = sorted;
    this.samples = samples;
    this.weight = weight;
    return this;
  }

  /** The rows by group. */
  RegionRows rows() {
    return rows;
  }

  /** How many samples the rank has. */
  int samples() {
    return samples;
  }

  /** The sum of their weights. */
  double weight() {
    return weight;
  }

  private static double weight(Batch batch) {
    if (batch.weights() == null) {
      return batch.samples();
    }
    double sum = 0;
    for (int s = 0; s < batch.samples(); s++) {
      sum += batch.weights().get(s);
    }
    return sum;
  }
}
