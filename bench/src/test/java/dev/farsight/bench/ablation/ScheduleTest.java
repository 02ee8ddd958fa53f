package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

  @TempDir Path folder;

  @Test
  void everyCombinationTakesItsTurnBeforeAnyIsRepeated() throws IOException {
    var schedule =
        SuiteTests.schedule(
            folder, "axes { cache.policy = [lru, lfu] }\nseeds = [5, 6]\nrepeats = 2");
    assertThat(schedule.leftOut()).isEmpty();
    assertThat(schedule.cells())
        .extracting(cell -> cell.text().replace("cache.policy=", ""))
        .containsExactly(
            "lru seed=5 run=1",
            "lfu seed=5 run=1",
            "lru seed=6 run=1",
            "lfu seed=6 run=1",
            "lru seed=5 run=2",
            "lfu seed=5 run=2",
            "lru seed=6 run=2",
            "lfu seed=6 run=2");
    assertThat(schedule.cells()).extracting(Cell::id).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache.polcy = [lru, lfu]                  | unknown key farsight.cache.polcy; did you mean farsight.cache.policy?
          cache.policy = [lru, lfu, lrru]           | farsight.cache.policy: 'lrru' is not a known cache policy; did you mean lru? (available: frequency, lfu, lookahead, lru
          storage.backend = [offheap, ofheap]       | farsight.storage.backend: 'ofheap' is not a known row store; did you mean offheap?
          lookahead.batches = [1, 2, 3, 4, 5, 6, 7, 8, nine, 10] | farsight.lookahead.batches: 'nine' is not a whole number from 1 to 100000
          cache.size = ["200 rows", "1 %%"]         | farsight.cache.size: '1 %%' is not a cache size
          cache.lfu.half-life = [1, often]          | farsight.cache.lfu.half-life: 'often'
          """)
  void aWrongValueIsToldWithItsLineBeforeAnythingRuns(String axis, String message) {
    assertThatThrownBy(
            () ->
                SuiteTests.schedule(
                    folder, "axes {\n  lookahead.planned = [2, 4]\n " + axis + "\n}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(folder + "/suite.conf: 12: " + message);
  }

  @Test
  void aCombinationOfValuesThatAreFineElsewhereIsLeftOut() throws IOException {
    var schedule =
        SuiteTests.schedule(
            folder,
            """
            axes {
              train.early-stopping.patience = [0, 2]
              train.eval-every = [0, 10]
            }
            """);
    assertThat(schedule.leftOut())
        .singleElement()
        .satisfies(
            leftOut -> {
              assertThat(leftOut.combination().labels().values()).containsExactly("2", "0");
              assertThat(leftOut.reason()).contains("patience needs farsight.train.eval-every");
            });
    assertThat(schedule.cells()).hasSize(3);
  }

  @Test
  void aCacheThatDoesNotHoldABatchIsLeftOut() throws IOException {
    var schedule =
        SuiteTests.schedule(folder, "axes { cache.size = [\"20 rows\", \"250 rows\", all] }");
    assertThat(LeftOut.byReason(schedule.leftOut()))
        .singleElement()
        .asString()
        .matches(
            "left out: 1 with cache.size=20 rows: a batch has \\d+ unique rows, and the cache, of 20 slots, has no room for all of them; set cache.size to \"\\d+ rows\", or make data.batch-size smaller");
    assertThat(schedule.cells()).hasSize(2);
  }

  @Test
  void bagsTakeTheirPartOfTheCacheAndOfTheTime() throws IOException {
    var schedule =
        SuiteTests.schedule(
            folder,
            """
            axes {
              cache.size = ["180 rows", all]
              data.synthetic.hotness = [1, 5]
            }
            """);
    assertThat(LeftOut.byReason(schedule.leftOut()))
        .singleElement()
        .asString()
        .contains("with cache.size=180 rows data.synthetic.hotness=5: a batch has ");
    assertThat(schedule.cells()).extracting(Cell::lookupsPerSample).containsExactly(3., 3., 15.);
  }

  @Test
  void cellsOfOneModelShareItsDigestWhateverTheirCache() throws IOException {
    List<Cell> cells =
        SuiteTests.schedule(
                folder,
                """
                axes {
                  cache.policy = [lru, lfu]
                  cache.size = ["200 rows", all]
                  lookahead.planned = [1, 4]
                  compute.threads = [1, 2]
                }
                """)
            .cells();
    assertThat(cells).hasSize(16);
    assertThat(cells).extracting(Cell::modelDigest).containsOnly(cells.get(0).modelDigest());
    List<Cell> others =
        SuiteTests.schedule(folder, "axes { optimizer.learning-rate = [0.1, 0.2] }\nseeds = [1, 2]")
            .cells();
    assertThat(others).extracting(Cell::modelDigest).doesNotHaveDuplicates();
  }

  @Test
  void aCellIsAnotherOnceAnythingOfItsConfigurationIs() throws IOException {
    String axes = "axes { cache.policy = [lru] }";
    Cell before = SuiteTests.schedule(folder, axes).cells().get(0);
    Cell same = SuiteTests.schedule(folder, axes).cells().get(0);
    Cell after = SuiteTests.schedule(folder, axes, "optimizer.learning-rate=0.3").cells().get(0);
    assertThat(same.id()).isEqualTo(before.id());
    assertThat(after.id()).isNotEqualTo(before.id());
  }
}
