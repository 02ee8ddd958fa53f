package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import java.io.Serial;
import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * A dense column as the model is given it. Figures do not depend on the order of the samples. Used
 * by one thread at a time.
 */
final class DenseColumn implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  private final ExactMoments moments = new ExactMoments();
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  void add(Batch batch, int column) {
    FloatBuffer dense = batch.dense();
    int width = batch.schema().denseWidth();
    int end = batch.samples() * width;
    for (int at = column; at < end; at += width) {
      float value = dense.get(at);
      moments.add(value);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }

  void add(DenseColumn other) {
    moments.add(other.moments);
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /**
   * @param missing share of the samples without a value; null if unknown
   */
  DenseFigures figures(String name, Double missing) {
    return new DenseFigures(name, missing, min, moments.mean(), moments.deviation(), max);
  }
}
