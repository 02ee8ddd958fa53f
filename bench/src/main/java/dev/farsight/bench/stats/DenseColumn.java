package dev.farsight.bench.stats;

import dev.farsight.api.data.Batch;
import java.nio.FloatBuffer;

/**
 * A dense column as the model is given it: mean and deviation by Welford's method. Used by one
 * thread at a time.
 */
final class DenseColumn {

  private long samples;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  void add(Batch batch, int column) {
    FloatBuffer dense = batch.dense();
    int width = batch.schema().denseWidth();
    int end = batch.samples() * width;
    for (int at = column; at < end; at += width) {
      double value = dense.get(at);
      samples++;
      double off = value - mean;
      mean += off / samples;
      squares += off * (value - mean);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }

  /**
   * @param missing share of the samples without a value; null if unknown
   */
  DenseFigures figures(String name, Double missing) {
    double deviation = samples == 0 ? 0 : Math.sqrt(squares / samples);
    return new DenseFigures(name, missing, min, mean, deviation, max);
  }
}
