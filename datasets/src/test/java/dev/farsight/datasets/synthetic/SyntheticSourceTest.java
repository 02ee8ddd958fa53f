package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.Opened.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticSourceTest {

  private static final String SMALL =
      "eval-fraction = 0.2\nsynthetic { rows = 3001, cardinalities = [7, 5000, 100000, 300], dense = 3 }\n";

  private static DataSource open(String conf, long seed, int threads) {
    return new SyntheticFactory().open(Opened.context("synthetic", conf, seed, threads));
  }

  private static List<Row> all(DataSource source, int capacity) {
    try (source;
        var train = source.train(0);
        var eval = source.eval()) {
      List<Row> rows = Opened.rows(train, capacity);
      assertThat(rows).hasSize((int) source.trainSamples());
      List<Row> last = Opened.rows(eval, capacity);
      assertThat(last).hasSize((int) source.evalSamples());
      rows.addAll(last);
      return rows;
    }
  }

  @Test
  void refusesAPathThatItWouldIgnore() {
    String conf = "path = clicks.csv\n" + SMALL;
    assertThatThrownBy(() -> open(conf, 3, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "my.conf: 1: farsight.data.path: 'clicks.csv' would be ignored: data.source = synthetic"
                + " reads no files; set data.source to what the files are, such as csv, or leave data.path unset");
    open("path = null\n" + SMALL, 3, 1).close();
  }

  @Test
  void samplesDependOnTheSeedAlone() {
    List<Row> expected = all(open(SMALL, 3, 1), 512);
    assertThat(expected).hasSize(3001);
    for (int threads : new int[] {1, 2, 5}) {
      for (int capacity : new int[] {1, 700, 4096}) {
        assertThat(all(open(SMALL, 3, threads), capacity)).isEqualTo(expected);
        assertThat(all(open(SMALL + "synthetic.in-memory = true", 3, threads), capacity))
            .isEqualTo(expected);
      }
    }
    assertThat(all(open(SMALL + "synthetic.seed = 3", 99, 1), 512)).isEqualTo(expected);
    assertThat(all(open(SMALL, 4, 1), 512)).isNotEqualTo(expected);
    // More samples only add to them.
    assertThat(all(open(SMALL + "synthetic.rows = 4000", 3, 1), 512).subList(0, 3001))
        .isEqualTo(expected);
  }

  @Test
  void everyEpochPassesOverTheSameSamples() {
    try (var source = open(SMALL, 3, 2);
        var first = source.train(0);
        var second = source.train(1)) {
      assertThat(source.trainSamples()).isEqualTo(2401);
      assertThat(source.evalSamples()).isEqualTo(600);
      assertThat(Opened.rows(first, 100)).isEqualTo(Opened.rows(second, 333));
    }
  }

  @Test
  void doesWithoutDenseFeaturesOrPairs() {
    String conf = "synthetic { rows = 100, cardinalities = [1, 50], dense = 0 }";
    for (Row row : all(open(conf, 1, 1), 64)) {
      assertThat(row.dense()).isEmpty();
      assertThat(row.indices().get(0)).isZero();
      assertThat(row.indices().get(1)).isBetween(0, 49);
      assertThat(row.truth()).isBetween(0f, 1f);
    }
  }

  @Test
  void complainsAboutSettings() {
    assertThatThrownBy(() -> open("synthetic.cardinalities = [1, 1]", 1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no table of at least 2 rows");
    assertThatThrownBy(() -> open("synthetic.cardinalities = []", 1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has 0 numbers, at least 1 needed");
    assertThatThrownBy(() -> open("synthetic { rows = 1000000000, in-memory = true }", 1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.synthetic.in-memory: true needs 156402 MiB");
    assertThatThrownBy(() -> open("synthetic.dense-share = 0.6", 1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("0.6 is not a share from 0 to 0.5");
  }
}
