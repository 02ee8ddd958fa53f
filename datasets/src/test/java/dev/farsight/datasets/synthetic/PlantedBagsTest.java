package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.Batch;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels planted in bags. */
class PlantedBagsTest {

  @ParameterizedTest
  @CsvSource({
    "fixed, sum",
    "fixed, mean",
    "fixed, max",
    "uniform, sum",
    "uniform, mean",
    "uniform, max"
  })
  void theSharesOfTheVarianceAreThosePromised(String law, String pooling) {
    String conf =
        "synthetic { cardinalities = [30000, 60, 80, 2000, 100, 50], hotness = [5, 3, 4, 1, 1, 8], hotness-law = %s, pooling = %s }"
            .formatted(law, pooling);
    var spec = SyntheticSpec.of(Opened.context("synthetic", conf, 5, 1));
    var population = new Population(spec);
    var features = population.features();
    int samples = 60_000;
    var rows = new double[samples];
    var pairs = new double[samples];
    for (int s = 0; s < samples; s++) {
      features.draw(Draws.key(123, s));
      rows[s] = population.model().rowPart(features);
      pairs[s] = population.model().pairPart(features);
    }
    double square = spec.signal() * spec.signal();
    double rowShare = 1 - spec.denseShare() - spec.pairShare();
    assertThat(mean(rows)).isCloseTo(0, within(0.03));
    assertThat(mean(pairs)).isCloseTo(0, within(0.03));
    assertThat(variance(rows) / square).isCloseTo(rowShare, within(0.03));
    assertThat(variance(pairs) / square).isCloseTo(spec.pairShare(), within(0.02));
    double product = 0;
    for (int s = 0; s < samples; s++) {
      product += rows[s] * pairs[s] / samples;
    }
    assertThat(product / Math.sqrt(variance(rows) * variance(pairs))).isCloseTo(0, within(0.03));
  }

  @Test
  void aFixedSumIsThatOfItsRows() {
    Map<List<Integer>, Double> logits = logits("hotness = 3, pooling = sum");
    logits.forEach(
        (bag, logit) -> {
          double expected =
              bag.stream().mapToDouble(row -> logits.get(List.of(row, row, row)) / 3).sum();
          assertThat(logit).as("%s", bag).isCloseTo(expected, within(1e-4));
        });
    assertThat(logits).as("all bags of three of four rows").hasSize(20);
  }

  @Test
  void aVaryingSumIsThatOfItsRows() {
    Map<List<Integer>, Double> logits = logits("hotness = 3, hotness-law = uniform, pooling = sum");
    double bias = 2 * logits.get(List.of(0)) - logits.get(List.of(0, 0));
    logits.forEach(
        (bag, logit) -> {
          double expected =
              bias + bag.stream().mapToDouble(row -> logits.get(List.of(row)) - bias).sum();
          assertThat(logit).as("%s", bag).isCloseTo(expected, within(1e-4));
        });
    assertThat(logits).as("all bags of one to three of four rows").hasSize(34);
  }

  @Test
  void aVaryingMeanIsThatOfItsRows() {
    Map<List<Integer>, Double> logits =
        logits("hotness = 3, hotness-law = uniform, pooling = mean");
    logits.forEach(
        (bag, logit) -> {
          double expected =
              bag.stream().mapToDouble(row -> logits.get(List.of(row))).average().orElseThrow();
          assertThat(logit).as("%s", bag).isCloseTo(expected, within(1e-4));
        });
    assertThat(logits).hasSize(34);
  }

  /** The planted logit of each bag of the only table, which has four rows; bags are sorted. */
  private static Map<List<Integer>, Double> logits(String hotness) {
    String conf =
        "eval-fraction = 0, synthetic { rows = 20000, cardinalities = [4], dense = 0, zipf = 0, pair-share = 0, "
            + hotness
            + " }";
    var logits = new HashMap<List<Integer>, Double>();
    try (var source = new SyntheticFactory().open(Opened.context("synthetic", conf, 1, 1));
        var pass = source.train(0)) {
      for (BagRow row : Opened.bagRows(pass, 1000)) {
        double logit = Math.log(row.truth() / (1 - row.truth()));
        logits.put(row.bags().get(0).stream().sorted().toList(), logit);
      }
    }
    return logits;
  }

  @Test
  void labelsFollowTheTruth() {
    String conf =
        "eval-fraction = 0, synthetic { rows = 60000, cardinalities = mlperf, hotness = mlperf, hotness-law = uniform }";
    try (var source = new SyntheticFactory().open(Opened.context("synthetic", conf, 1, 2));
        var pass = source.train(0)) {
      var batch = new Batch(pass.schema(), 60_000, HostBuffers.plain());
      assertThat(pass.next(batch)).isTrue();
      var labels = new float[60_000];
      batch.labels().get(0, labels);
      var truth = new double[60_000];
      Arrays.setAll(truth, s -> batch.truth().get(s));
      double clicks = 0;
      for (float label : labels) {
        clicks += label / labels.length;
      }
      assertThat(clicks).isCloseTo(0.25, within(0.01));
      assertThat(mean(truth)).isCloseTo(0.25, within(0.01));
      assertThat(Auroc.of(truth, labels)).isBetween(0.80, 0.85);
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }
}
