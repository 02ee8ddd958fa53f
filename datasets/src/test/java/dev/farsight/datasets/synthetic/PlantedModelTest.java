package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlantedModelTest {

  private static Batch draw(String conf, long seed, int samples) {
    try (var source =
            new SyntheticFactory()
                .open(
                    Opened.context(
                        "synthetic", "synthetic.rows = " + samples + "\n" + conf, seed, 2));
        var pass = source.train(0)) {
      var batch = new Batch(pass.schema(), samples, HostBuffers.plain());
      assertThat(pass.next(batch)).isTrue();
      return batch;
    }
  }

  private static double[] truth(Batch batch) {
    var truth = new double[batch.samples()];
    Arrays.setAll(truth, i -> batch.truth().get(i));
    return truth;
  }

  private static double[] logits(Batch batch) {
    return Arrays.stream(truth(batch)).map(p -> Math.log(p / (1 - p))).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  @Test
  void labelsFollowTheTruthAndTheCeilingIsWhereItIsPromised() {
    for (long seed = 1; seed <= 2; seed++) {
      Batch batch = draw("", seed, 100_000);
      var labels = new float[batch.samples()];
      batch.labels().get(0, labels);
      double clicks = 0;
      for (float label : labels) {
        clicks += label;
      }
      assertThat(clicks / labels.length).as("seed %d", seed).isCloseTo(0.25, within(0.01));
      assertThat(Auroc.of(truth(batch), labels)).as("seed %d", seed).isBetween(0.80, 0.85);
      // Calibrated: among samples of about equal truth, the click rate is that truth.
      for (int decile = 0; decile < 10; decile++) {
        double low = decile / 10.0;
        double expected = 0;
        double seen = 0;
        int count = 0;
        for (int i = 0; i < labels.length; i++) {
          double p = batch.truth().get(i);
          if (p >= low && p < low + 0.1) {
            expected += p;
            seen += labels[i];
            count++;
          }
        }
        assertThat(seen)
            .as("seed %d, truth from %s", seed, low)
            .isCloseTo(expected, within(4 * Math.sqrt(count * 0.25) + 1));
      }
    }
  }

  @Test
  void theSharesOfTheVarianceAreThosePromised() {
    // Read off the samples alone. Tables small enough that every row is seen often.
    String conf =
        "synthetic { cardinalities = [40, 60, 80, 50], dense = 3, signal = 1.2,"
            + " dense-share = 0.2, pair-share = 0.3, pairs = 2 }";
    Batch batch = draw(conf, 11, 200_000);
    double[] rest = logits(batch);
    double total = variance(rest);
    assertThat(Math.sqrt(total)).isCloseTo(1.2, within(0.03));

    removeDense(batch, rest);
    double dense = 1 - variance(rest) / total;
    for (int t = 0; t < 4; t++) {
      removeMeans(rest, batch.indices(t));
    }
    double rows = 1 - dense - variance(rest) / total;
    for (int t = 0; t < 4; t++) {
      for (int u = 0; u < t; u++) {
        removeMeans(rest, cells(batch, t, u));
      }
    }
    double pairs = 1 - dense - rows - variance(rest) / total;
    assertThat(dense).isCloseTo(0.2, within(0.01));
    assertThat(rows).isCloseTo(0.5, within(0.015));
    assertThat(pairs).isCloseTo(0.3, within(0.015));
  }

  @Test
  void theSharesHoldForTheRealCardinalities() {
    for (String cardinalities : new String[] {"kaggle", "terabyte", "avazu"}) {
      var context = Opened.context("synthetic", "synthetic.cardinalities = " + cardinalities, 5, 1);
      var spec = SyntheticSpec.of(context);
      var population = new Population(spec);
      var features = population.features();
      int samples = 40_000;
      var dense = new double[samples];
      var rows = new double[samples];
      var pairs = new double[samples];
      for (int s = 0; s < samples; s++) {
        features.draw(Draws.key(123, s));
        dense[s] = population.model().densePart(features);
        rows[s] = population.model().rowPart(features);
        pairs[s] = population.model().pairPart(features);
      }
      double square = spec.signal() * spec.signal();
      double rowShare = 1 - spec.denseShare() - spec.pairShare();
      assertThat(variance(dense) / square)
          .as(cardinalities)
          .isCloseTo(spec.denseShare(), within(0.01));
      assertThat(variance(rows) / square).as(cardinalities).isCloseTo(rowShare, within(0.04));
      assertThat(variance(pairs) / square)
          .as(cardinalities)
          .isCloseTo(spec.pairShare(), within(0.02));
      assertThat(mean(rows)).as(cardinalities).isCloseTo(0, within(0.03));
      assertThat(mean(pairs)).as(cardinalities).isCloseTo(0, within(0.03));
    }
  }

  /** Takes away the best linear fit on each dense feature; they are independent of each other. */
  private static void removeDense(Batch batch, double[] rest) {
    int width = batch.schema().denseWidth();
    for (int d = 0; d < width; d++) {
      var x = new double[rest.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = batch.dense().get(i * width + d);
      }
      double mean = mean(x);
      double product = 0;
      for (int i = 0; i < x.length; i++) {
        product += (x[i] - mean) * rest[i];
      }
      double slope = product / x.length / variance(x);
      for (int i = 0; i < x.length; i++) {
        rest[i] -= slope * (x[i] - mean);
      }
    }
  }

  private static int[] cells(Batch batch, int t, int u) {
    int[] cells = batch.indices(t).clone();
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i] * 100 + batch.indices(u)[i];
    }
    return cells;
  }

  private static void removeMeans(double[] rest, int[] groups) {
    int most = Arrays.stream(groups).max().orElseThrow() + 1;
    var sum = new double[most];
    var count = new int[most];
    for (int i = 0; i < rest.length; i++) {
      sum[groups[i]] += rest[i];
      count[groups[i]]++;
    }
    for (int i = 0; i < rest.length; i++) {
      rest[i] -= sum[groups[i]] / count[groups[i]];
    }
  }
}
