package dev.farsight.engine.predict;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.store.RowReader;
import dev.farsight.engine.memory.OwnedBuffers;
import java.util.Locale;

/**
 * What packed rows cost in exactness: the difference of probabilities from those with the rows as
 * they were trained, over samples that are drawn.
 *
 * @param packing how rows are packed
 * @param samples how many samples were compared
 * @param largest the largest difference of a probability
 * @param mean the mean of the differences' magnitudes
 */
public record PrecisionLoss(String packing, int samples, double largest, double mean) {

  private static final int SAMPLES = 2000;
  private static final long SEED = 1;

  /**
   * Compares two readers of the same rows. Features look up trained rows, each with the same
   * chance; dense values are drawn from a normal distribution of mean 0 and deviation 1.
   */
  static PrecisionLoss measure(
      RowPacking packing, Scorer scorer, BatchSchema schema, RowReader exact, RowReader packed) {
    try (var buffers = new OwnedBuffers()) {
      var batch = new Batch(schema, scorer.batchSize(), buffers);
      return measure(packing, scorer, batch, exact, packed);
    }
  }

  private static PrecisionLoss measure(
      RowPacking packing, Scorer scorer, Batch batch, RowReader exact, RowReader packed) {
    int batchSize = Math.min(SAMPLES, batch.capacity());
    var drawn = new DrawnSamples(exact, SEED);
    var expected = new float[batch.capacity()];
    var actual = new float[batch.capacity()];
    double largest = 0;
    double sum = 0;
    int samples = 0;
    while (samples < SAMPLES) {
      int count = Math.min(batchSize, SAMPLES - samples);
      drawn.fill(batch, count);
      scorer.score(batch, exact, expected);
      scorer.score(batch, packed, actual);
      for (int s = 0; s < count; s++) {
        double difference =
            Math.abs(Predictor.probability(expected[s]) - Predictor.probability(actual[s]));
        largest = Math.max(largest, difference);
        sum += difference;
      }
      samples += count;
    }
    return new PrecisionLoss(packing.configName(), samples, largest, sum / samples);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "rows as %s: probabilities differ by %.2g on average, by %.2g at most, over %,d drawn samples",
        packing,
        mean,
        largest,
        samples);
  }
}
