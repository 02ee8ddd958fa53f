package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.FileNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
          mode = gird                            | suite.conf: 10: ablation.mode: 'gird' is none of grid, one-factor; did you mean grid?
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          axes = 5                          | suite.conf: 10: ablation.axes: 5 is not a section
          axes { a = [] }                   | ablation.axes.a has no values
          axes {}                           | names no key with a list of values
          seeds = []                        | is not a list of different seeds
          seeds = { a = 1 }                 | is not a whole number
          seeds = [[1]]                     | is not a whole number
          repeats = [2]                     | suite.conf: 10: ablation.repeats
          name = [a]                        | suite.conf: 10: ablation.name
          name = " "                        | ablation.name: '' is empty
          title = { a = 1 }                 | suite.conf: 10: ablation.title
          mode = null                       | suite.conf: 10: ablation.mode: null is not allowed here
          warm-up = [1]                     | suite.conf: 10: ablation.warm-up
          time-limit = soon                 | suite.conf: 10: ablation.time-limit: 'soon' is not a time
          time-limit = -5 s                 | suite.conf: 10: ablation.time-limit: '-5 s' is not a time
          time-limit = 99999999999999999 d  | suite.conf: 10: ablation.time-limit
          time-limit = {}                   | suite.conf: 10: ablation.time-limit
          bound = maybe                     | suite.conf: 10: ablation.bound
          baseline = 5                      | suite.conf: 10: ablation.baseline: write { key = value, ... }
          exclude = {}                      | suite.conf: 10: ablation.exclude
          exclude = [5]                     | suite.conf: 10: ablation.exclude: write { key = value, ... }
          title = ${no.such}                | no.such
          """)
  void wrongTypesAreToldWithTheirKey(String line, String message) {
    String axes = line.startsWith("axes") ? "" : "\naxes { cache.policy = [lru, lfu] }";
    assertThatThrownBy(() -> SuiteTests.suite(folder, line + axes))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(700));
  }

  @Test
  @Timeout(60)
  void millionsOfCellsAreRefusedBeforeTheyAreMade() {
    String numbers =
        IntStream.range(1, 129).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String axes =
        "axes { lookahead.batches = [%s], lookahead.planned = [%s], train.max-steps = [%s] }"
            .formatted(numbers, numbers, numbers);
    assertThatThrownBy(() -> SuiteTests.suite(folder, axes + "\nrepeats = 1000"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "makes 2,097,152,000 cells with all seeds and repeats; at most 5,000 are possible")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    String many =
        IntStream.range(0, 101)
            .mapToObj(i -> "k" + i + " = [1]")
            .collect(Collectors.joining("\n", "axes {\n", "\n}"));
    assertThatThrownBy(() -> SuiteTests.suite(folder, many))
        .hasMessageContaining("has 101 keys, of at most 100");
  }

  @Test
  void oneFactorMayHaveAsManyCells() throws IOException {
    String numbers =
        IntStream.range(1, 129).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String axes =
        "mode = one-factor\naxes { lookahead.batches = [%s], train.max-steps = [%s] }"
            .formatted(numbers, numbers);
    assertThat(SuiteTests.suite(folder, axes).combinations()).hasSize(255);
  }

  /** Labels and exclusions were compared with each other once for each pair. */
  @Test
  @Timeout(60)
  void aLongListIsReadInTimeThatFollowsItsLength() {
    String numbers =
        IntStream.range(0, 200_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertThatThrownBy(
            () -> SuiteTests.suite(folder, "axes { train.max-steps = [" + numbers + "] }"))
        .hasMessageContaining("makes 200,000 cells");
  }

  @Test
  @Timeout(60)
  void sectionsNestedTooDeeplyAreRefused() {
    String deep = "a {".repeat(100_000) + "}".repeat(100_000);
    assertThatThrownBy(() -> SuiteTests.suite(folder, "axes {" + deep + "}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("suite.conf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../x", "/etc/x", "..", "a/b", "a\u0000b"})
  void anyNameIsTakenAsItIs(String name) throws IOException {
    String quoted = name.replace("\u0000", "\\u0000");
    var suite =
        SuiteTests.suite(folder, "name = \"" + quoted + "\"\naxes { cache.policy = [lru] }");
    assertThat(suite.name()).isEqualTo(name);
    assertThat(FileNames.of(suite.name())).doesNotContain("/", "\0").isNotEqualTo("..");
  }

  @Test
  void aSeedThatTheSuiteWouldReplaceIsTold() {
    String axes = "axes { cache.policy = [lru] }";
    assertThatThrownBy(() -> SuiteTests.suite(folder, axes, "train.seed=5"))
        .hasMessage("--set train.seed: is set by the suite; list seeds in ablation.seeds");
    assertThatThrownBy(() -> SuiteTests.suite(folder, axes + "}\nfarsight { train.seed = 5"))
        .hasMessage(
            folder
                + "/suite.conf: 11: farsight.train.seed: is set by the suite; list seeds in ablation.seeds");
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
