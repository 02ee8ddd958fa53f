package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteFileTest {

  @TempDir Path folder;

  @Test
  void aGridIsEveryCombinationInTheOrderOfTheFile() throws IOException {
    var suite =
        SuiteTests.suite(
            folder,
            """
            axes {
              lookahead.batches = [1, 8]
              cache.policy = [lru, lfu]
            }
            seeds = [1, 2]
            repeats = 3
            """);
    assertThat(suite.name()).isEqualTo("suite");
    assertThat(suite.combinations())
        .extracting(Combination::text)
        .containsExactly(
            "lookahead.batches=1 cache.policy=lru",
            "lookahead.batches=1 cache.policy=lfu",
            "lookahead.batches=8 cache.policy=lru",
            "lookahead.batches=8 cache.policy=lfu");
    assertThat(suite.seeds()).containsExactly(1L, 2L);
    assertThat(suite.baseline()).isEqualTo(suite.combinations().get(0));
  }

  @Test
  void oneFactorIsTheBaselineAndWhatDiffersInOneValue() throws IOException {
    var suite =
        SuiteTests.suite(
            folder,
            """
            mode = one-factor
            axes {
              cache.policy = [lru, lfu]
              lookahead.batches = [1, 8, 32]
            }
            baseline { cache.policy = lfu, lookahead.batches = 8 }
            """);
    assertThat(suite.combinations())
        .extracting(combination -> String.join(" ", combination.labels().values()))
        .containsExactly("lfu 8", "lru 8", "lfu 1", "lfu 32");
  }

  @Test
  void whatIsExcludedIsNotThere() throws IOException {
    var suite =
        SuiteTests.suite(
            folder,
            """
            axes {
              cache.policy = [lru, lfu]
              lookahead.batches = [1, 8]
            }
            exclude = [{ cache.policy = lru, lookahead.batches = 8 }]
            """);
    assertThat(suite.combinations())
        .extracting(combination -> String.join(" ", combination.labels().values()))
        .containsExactly("lru 1", "lfu 1", "lfu 8");
  }

  @Test
  void aSectionIsAnAxisOfKeysThatChangeTogether() throws IOException {
    var suite =
        SuiteTests.suite(
            folder, "axes { cache = [{ policy = lru, size = 300 rows }, { policy = lfu }] }");
    assertThat(suite.combinations())
        .extracting(Combination::text)
        .containsExactly("cache=policy=lru size=300 rows", "cache=policy=lfu");
    var plugins = SuiteTests.plugins();
    assertThat(suite.combinations())
        .extracting(c -> c.over(suite.base()).resolve(plugins.loaders()).getString("cache.size"))
        .containsExactly("300 rows", "250 rows");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sedes = [1]                            | suite.conf: 10: unknown key ablation.sedes; did you mean ablation.seeds?
          mode = gird                            | suite.conf: 10: ablation.mode: 'gird' is none of grid, one-factor
          repeats = 0                            | suite.conf: 10: ablation.repeats: 0 is not a whole number from 1 to 1000
          seeds = [1, 1]                         | suite.conf: 10: ablation.seeds: [1,1] is not a list of different seeds
          axes { train.seed = [1, 2] }           | suite.conf: 10: ablation.axes.train.seed: is set by the suite; list seeds in ablation.seeds
          axes { cache.policy = [lru, lru] }     | suite.conf: 10: ablation.axes.cache.policy has lru twice
          axes { cache.policy = [] }             | suite.conf: 10: ablation.axes.cache.policy has no values
          baseline { cache.policy = lrru }       | suite.conf: 10: ablation.baseline.cache.policy: lrru is not a value of the axis; did you mean lru? (there are lru, lfu)
          baseline { cache.polcy = lru }         | suite.conf: 10: ablation.baseline.cache.polcy is no axis of this suite; did you mean cache.policy?
          exclude = [{ cache.policy = lru }, { cache.policy = lfu }] | suite.conf: 10: ablation.exclude: [{"cache":{"policy":"lru"}},{"cache":{"policy":"lfu"}}] leaves nothing
          """)
  void whatIsWrongIsToldWithItsLine(String line, String message) {
    String axes = line.startsWith("axes") ? "" : "\naxes { cache.policy = [lru, lfu] }";
    assertThatThrownBy(() -> SuiteTests.suite(folder, line + axes))
        .isInstanceOf(ConfigException.class)
        .hasMessage(folder + "/" + message);
  }

  @Test
  void anOverrideOfAnAxisIsToldToo() {
    assertThatThrownBy(
            () -> SuiteTests.suite(folder, "axes { cache.policy = [lru] }", "cache.policy=lfu"))
        .hasMessage("--set cache.policy: is an axis of this suite");
  }

  @Test
  void aFileWithoutAxesIsNoSuite() {
    assertThatThrownBy(() -> SuiteTests.suite(folder, "repeats = 2"))
        .hasMessageContaining("ablation.axes")
        .hasMessageContaining("names no key with a list of values");
  }
}
