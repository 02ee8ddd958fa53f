package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.Feature;
import dev.farsight.api.data.Pooling;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.BagRow;
import dev.farsight.datasets.criteo.CriteoWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Synthetic samples with bags. */
class BagSamplesTest {

  private static final String SMALL =
      "eval-fraction = 0.2\nsynthetic { rows = 3001, cardinalities = [7, 5000, 100000, 300], dense = 3, hotness = [3, 1, 20, 2] }\n";

  private static DataSource open(String conf, int threads) {
    return new SyntheticFactory().open(Opened.context("synthetic", conf, 3, threads));
  }

  private static List<BagRow> all(DataSource source, int capacity) {
    try (source;
        var train = source.train(0);
        var eval = source.eval()) {
      List<BagRow> rows = Opened.bagRows(train, capacity);
      rows.addAll(Opened.bagRows(eval, capacity));
      return rows;
    }
  }

  private static List<Feature> features(String conf) {
    try (var source = open(conf, 1)) {
      return source.schema().features();
    }
  }

  @Test
  void hotnessIsThatOfEachTable() {
    assertThat(features(SMALL + "synthetic.pooling = mean"))
        .containsExactly(
            new Feature("C1", 0, 3, 3, Pooling.MEAN, false),
            new Feature("C2", 1),
            new Feature("C3", 2, 20, 20, Pooling.MEAN, false),
            new Feature("C4", 3, 2, 2, Pooling.MEAN, false));
    assertThat(features(SMALL + "synthetic.hotness-law = uniform"))
        .containsExactly(
            new Feature("C1", 0, 1, 3, Pooling.SUM, false),
            new Feature("C2", 1),
            new Feature("C3", 2, 1, 20, Pooling.SUM, false),
            new Feature("C4", 3, 1, 2, Pooling.SUM, false));
    assertThat(features(SMALL + "synthetic.hotness = 5"))
        .extracting(Feature::minLookups)
        .containsOnly(5);
    String mlperf = "synthetic { rows = 10, cardinalities = mlperf, hotness = mlperf }";
    assertThat(features(mlperf)).hasSize(26);
    assertThat(features(mlperf).stream().mapToInt(Feature::maxLookups).sum()).isEqualTo(214);
    try (var source = open(mlperf, 1)) {
      assertThat(source.schema().tables().rows()).isEqualTo(204_184_588);
    }
  }

  @Test
  void everyBagHasItsSize() {
    for (BagRow row : all(open(SMALL, 2), 512)) {
      assertThat(row.bags()).extracting(List::size).containsExactly(3, 1, 20, 2);
    }
    var seen = new int[21];
    List<BagRow> rows = all(open(SMALL + "synthetic.hotness-law = uniform", 2), 512);
    int together = 0;
    for (BagRow row : rows) {
      seen[row.bags().get(2).size()]++;
      together += row.bags().get(0).size() == 1 && row.bags().get(3).size() == 1 ? 1 : 0;
    }
    double each = rows.size() / 20.0;
    double chiSquare =
        IntStream.rangeClosed(1, 20).mapToDouble(n -> Math.pow(seen[n] - each, 2) / each).sum();
    // 19 degrees of freedom: the 99.99 % quantile is 50.
    assertThat(chiSquare).isLessThan(50);
    assertThat(together / (double) rows.size()).as("independent").isCloseTo(1 / 6.0, within(0.03));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fixed", "uniform"})
  void samplesDependOnTheSeedAlone(String law) {
    String conf = SMALL + "synthetic.hotness-law = " + law + "\n";
    List<BagRow> expected = all(open(conf, 1), 512);
    assertThat(expected).hasSize(3001);
    for (int threads : new int[] {1, 2, 5}) {
      for (int capacity : new int[] {1, 700, 4096}) {
        assertThat(all(open(conf, threads), capacity)).isEqualTo(expected);
      }
    }
    for (int batchSize : new int[] {4, 1000}) {
      String stored = conf + "synthetic.in-memory = true, batch-size = " + batchSize;
      for (int capacity : new int[] {1, 700}) {
        assertThat(all(open(stored, 3), capacity)).isEqualTo(expected);
      }
    }
    try (var source = open(conf, 2);
        var pass = source.train(0)) {
      var batch = new Batch(pass.schema(), 100, HostBuffers.plain());
      assertThat(pass.skip(700, batch)).isEqualTo(700);
      assertThat(Opened.bagRows(pass, 100)).isEqualTo(expected.subList(700, 2401));
    }
  }

  /** Large batches are copied by several threads, and do not end where blocks end. */
  @ParameterizedTest
  @ValueSource(strings = {"fixed", "uniform"})
  void largeBatchesAreServedFromMemory(String law) {
    String conf =
        "batch-size = 3000, eval-fraction = 0, synthetic { rows = 50000, dense = 2, cardinalities = [100, 3, 9000], hotness = [40, 1, 9], hotness-law = %s }\n"
            .formatted(law);
    try (var made = open(conf, 3);
        var stored = open(conf + "synthetic.in-memory = true", 3);
        var expectedPass = made.train(0);
        var pass = stored.train(0)) {
      var expected = new Batch(made.schema(), 11_000, HostBuffers.plain());
      var batch = new Batch(made.schema(), 11_000, HostBuffers.plain());
      int batches = 0;
      while (expectedPass.next(expected)) {
        assertThat(pass.next(batch)).isTrue();
        assertSame(batch, expected);
        batches++;
      }
      assertThat(pass.next(batch)).isFalse();
      assertThat(batches).isEqualTo(5);
    }
  }

  private static void assertSame(Batch batch, Batch expected) {
    int samples = expected.samples();
    assertThat(batch.samples()).isEqualTo(samples);
    assertThat(batch.lookups()).isEqualTo(expected.lookups());
    assertThat(batch.labels().slice(0, samples)).isEqualTo(expected.labels().slice(0, samples));
    assertThat(batch.truth().slice(0, samples)).isEqualTo(expected.truth().slice(0, samples));
    assertThat(batch.dense().slice(0, 2 * samples))
        .isEqualTo(expected.dense().slice(0, 2 * samples));
    for (int f = 0; f < 3; f++) {
      int lookups = expected.lookups(f);
      assertThat(Arrays.copyOf(batch.indices(f), lookups))
          .isEqualTo(Arrays.copyOf(expected.indices(f), lookups));
      if (expected.offsets(f) != null) {
        assertThat(Arrays.copyOf(batch.offsets(f), samples + 1))
            .isEqualTo(Arrays.copyOf(expected.offsets(f), samples + 1));
      }
    }
  }

  @Test
  void theFirstLookupIsThatOfASampleWithOne() {
    List<BagRow> one = all(open(SMALL + "synthetic.hotness = 1", 1), 512);
    for (String law : new String[] {"fixed", "uniform"}) {
      List<BagRow> rows = all(open(SMALL + "synthetic.hotness-law = " + law, 1), 512);
      for (int r = 0; r < rows.size(); r++) {
        for (int f = 0; f < 4; f++) {
          assertThat(rows.get(r).bags().get(f).get(0)).isEqualTo(one.get(r).bags().get(f).get(0));
        }
        assertThat(rows.get(r).dense()).isEqualTo(one.get(r).dense());
      }
    }
  }

  @Test
  void everyLookupOfABagFollowsThePowerLawByItself() {
    String conf =
        "eval-fraction = 0, synthetic { rows = 40000, cardinalities = [6], dense = 0, hotness = 4 }";
    List<BagRow> rows = all(open(conf, 1), 512);
    var law = new PowerLaw(6, 1.05);
    var chance = new double[6];
    for (int rank = 0; rank < 6; rank++) {
      chance[law.index(rank)] = law.probability(rank);
    }
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        var seen = new int[6][6];
        for (BagRow row : rows) {
          seen[row.bags().get(0).get(i)][row.bags().get(0).get(j)]++;
        }
        double chiSquare = 0;
        for (int a = 0; a < 6; a++) {
          for (int b = 0; b < 6; b++) {
            double expected = rows.size() * chance[a] * chance[b];
            chiSquare += Math.pow(seen[a][b] - expected, 2) / expected;
          }
        }
        // 35 degrees of freedom: the 99.99 % quantile is 74.
        assertThat(chiSquare).as("lookups %d and %d", i, j).isLessThan(74);
      }
    }
  }

  @Test
  void noTwoDrawsOfASampleAreTheSame() {
    var positions = new HashSet<Long>();
    positions.add(Draws.LABEL);
    int count = 1;
    for (int t = 0; t < 300; t++, count++) {
      positions.add(Draws.BAG_SIZES + t);
      for (int i = 0; i < 300; i++, count++) {
        positions.add(Draws.lookup(t, i));
      }
    }
    for (int d = 0; d < 4096; d++, count++) {
      positions.add(Draws.DENSE + d);
    }
    assertThat(positions).hasSize(count);
    assertThat(IntStream.range(0, 100)).allMatch(t -> Draws.lookup(t, 0) == t);
  }

  @Test
  void aBatchWithoutRoomNamesTheFeature() {
    for (String stored : new String[] {"", "synthetic.in-memory = true\n"}) {
      try (var source = open(SMALL + stored, 2);
          BatchSource pass = source.train(0)) {
        var batch = new Batch(source.schema().withLookupLimit(150), 8, HostBuffers.plain());
        assertThatThrownBy(() -> pass.next(batch))
            .isExactlyInstanceOf(FarsightException.class)
            .hasMessageStartingWith(
                "feature C3: a batch has 160 lookups or more, and there is room for 150;");
      }
    }
  }

  @Test
  void complainsAboutSettings() {
    complains(
        "synthetic.hotness = [1, 2]",
        "my.conf: 1: farsight.data.synthetic.hotness: [1,2] has 2 numbers, 26 needed, one for each table");
    complains(
        "synthetic { cardinalities = [9, 9], hotness = mlperf }",
        "my.conf: 1: farsight.data.synthetic.hotness: 'mlperf' has 26 numbers, 2 needed, one for each table");
    complains(
        "synthetic.hotness = 0",
        "my.conf: 1: farsight.data.synthetic.hotness: 0 is not a whole number from 1 to 65536");
    complains(
        "synthetic.hotness = kaggle",
        "my.conf: 1: farsight.data.synthetic.hotness: 'kaggle' is not a whole number from 1 to 65536, a list of them, or mlperf");
    complains(
        "synthetic.hotness-law = zipf",
        "my.conf: 1: farsight.data.synthetic.hotness-law: 'zipf' is none of fixed, uniform");
    complains(
        "synthetic.pooling = avg",
        "my.conf: 1: farsight.data.synthetic.pooling: 'avg' is none of sum, mean, max");
    // 4 bytes for each of 214 lookups, 13 dense values, label and truth.
    assertThatThrownBy(
            () ->
                open(
                    "synthetic { rows = 1000000000, in-memory = true, cardinalities = mlperf, hotness = mlperf }",
                    1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("in-memory: true needs 873565 MiB");
    // (26 + 214) / 2 lookups, and where 15 bags of a sample begin.
    assertThatThrownBy(
            () ->
                open(
                    "synthetic { rows = 1000000000, in-memory = true, cardinalities = mlperf, hotness = mlperf, hotness-law = uniform }",
                    1))
        .hasMessageContaining("in-memory: true needs 572204 MiB");
  }

  private static void complains(String conf, String complaint) {
    assertThatThrownBy(() -> open(conf, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(complaint);
  }

  @Test
  void aCriteoFileHasNoBags(@TempDir Path folder) {
    Path file = folder.resolve("train.txt");
    try (var source =
        new SyntheticSource(
            Opened.context("synthetic", "synthetic { rows = 10, hotness = 2 }", 1, 1))) {
      assertThatThrownBy(() -> new CriteoWriter(file).write(source))
          .isExactlyInstanceOf(FarsightException.class)
          .hasMessage(
              "a Criteo file has one value in a categorical column, the data has bags: set"
                  + " data.synthetic.hotness = 1");
    }
    assertThat(file).doesNotExist();
  }
}
