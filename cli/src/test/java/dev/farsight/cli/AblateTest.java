package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Suites as a user runs them, in processes. */
class AblateTest {

  private static final String BASE =
      """
      farsight {
        data {
          batch-size = 64
          synthetic { rows = 21000, cardinalities = [50, 400, 30] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "250 rows" }
        compute.threads = 1
        plugins.path = "%s"
      }
      """;

  @TempDir Path folder;
  private Path plugins;
  private Path results;
  private Distribution distribution;

  @BeforeEach
  void prepare() throws IOException {
    plugins = Files.createDirectories(folder.resolve("plugins"));
    results = folder.resolve("results");
    distribution = Distribution.make(folder.resolve("farsight"));
  }

  private List<String> command(String ablation, String... more) throws IOException {
    Path suite = folder.resolve("suite.conf");
    Files.writeString(suite, BASE.formatted(plugins) + "ablation {\n" + ablation + "\n}\n");
    var command = new ArrayList<String>();
    command.addAll(List.of(distribution.launcher().toString(), "ablate", suite.toString()));
    command.addAll(List.of("--out", results.toString()));
    command.addAll(List.of(more));
    return command;
  }

  private Distribution.Result ablate(String ablation, String... more) throws Exception {
    return Distribution.run(folder, command(ablation, more));
  }

  private Config json() {
    return ConfigFactory.parseFile(results.resolve("results.json").toFile());
  }

  /** Everything but what a clock or the host's memory says. */
  private static ConfigValue withoutMeasured(ConfigValue value) {
    if (value instanceof ConfigObject object) {
      Map<String, ConfigValue> rest = new TreeMap<>();
      object.forEach((key, inner) -> rest.put(key, withoutMeasured(inner)));
      rest.keySet()
          .removeIf(
              key ->
                  key.equals("measured")
                      || key.endsWith("_per_second")
                      || key.endsWith("_seconds")
                      || key.endsWith("_ms")
                      || key.equals("lookahead_shrunk")
                      || key.equals("store_bytes")
                      || key.equals("peak_rss_bytes"));
      return ConfigValueFactory.fromMap(rest);
    }
    return value instanceof ConfigList list
        ? ConfigValueFactory.fromIterable(list.stream().map(v -> withoutMeasured(v)).toList())
        : value;
  }

  @Test
  @Tag("nightly")
  @Execution(ExecutionMode.CONCURRENT)
  void killedInTheMiddleItFinishesOnlyWhatIsMissing() throws Exception {
    String suite = "axes { cache.policy = [lru, lfu] }\nwarm-up = 20";
    Process first = Distribution.builder(folder, command(suite)).start();
    List<ProcessHandle> cells;
    try (var out = new BufferedReader(new InputStreamReader(first.getInputStream(), UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith("[1/2]")) {
        line = out.readLine();
      }
      assertThat(line).startsWith("[1/2] cache.policy=lru seed=1 run=1: ");
      while (first.descendants().findAny().isEmpty()) {
        Thread.onSpinWait();
      }
      cells = first.descendants().toList();
      first.destroyForcibly();
    }
    assertThat(Distribution.status(first)).as("killed").isEqualTo(137);
    for (ProcessHandle cell : cells) {
      cell.onExit().get(60, TimeUnit.SECONDS);
    }
    Path done = cellFolders("lru-").get(0);
    var finished = Files.getLastModifiedTime(done.resolve("report.json"));
    assertThat(json().getConfigList("cells"))
        .extracting(cell -> cell.getString("status"))
        .containsExactly("done", "missing");

    var second = ablate(suite);
    assertThat(second.err()).isEmpty();
    assertThat(second.status()).isZero();
    assertThat(second.out())
        .startsWith("2 cells, 1 of them done already")
        .doesNotContain("[1/2]")
        .contains("[2/2]");
    assertThat(Files.getLastModifiedTime(done.resolve("report.json"))).isEqualTo(finished);
    assertThat(results.resolve("report.html")).content().contains("Chart.js");
    ConfigValue resumed = withoutMeasured(json().root());

    deleteAll(results);
    assertThat(ablate(suite).status()).isZero();
    assertThat(withoutMeasured(json().root())).isEqualTo(resumed);
    assertThat(json().getConfigList("losses"))
        .singleElement()
        .satisfies(
            losses -> {
              assertThat(losses.getStringList("cells")).hasSize(2);
              assertThat(losses.getStringList("deviating")).isEmpty();
            });
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aPluginIsAValueLikeAnyOtherAndACrashIsOneFailedCell() throws Exception {
    PluginJars.sieve(plugins.resolve("sieve.jar"));
    PluginJars.crashing(plugins.resolve("crashing.jar"));
    var result = ablate("axes { cache.policy = [sieve, crashing, lru] }\nbound = false");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .contains(
            "cache.policy=crashing seed=1 run=1: failed: the JVM ended with status 77 (log: ");
    assertThat(result.err())
        .isEqualTo(
            "farsight: 1 of the cells failed and 0 deviate; "
                + results.resolve("report.html")
                + " names them\n");
    var cells = json().getConfigList("cells");
    assertThat(cells)
        .extracting(cell -> cell.getString("status"))
        .containsExactly("done", "failed", "done");
    assertThat(cells.get(0).getString("loss_sha256"))
        .isEqualTo(cells.get(2).getString("loss_sha256"));
    assertThat(Path.of(cells.get(1).getString("log"))).isRegularFile();

    String again = cells.get(0).getString("command").replace("./farsight ", "");
    var command = new ArrayList<>(List.of(distribution.launcher().toString()));
    command.addAll(List.of(again.split(" ")));
    command.addAll(List.of("--set", "run.directory=" + folder.resolve("again")));
    assertThat(Distribution.run(folder, command).status()).isZero();
    Config report = ConfigFactory.parseFile(folder.resolve("again/report.json").toFile());
    assertThat(report.getString("loss_sha256")).isEqualTo(cells.get(0).getString("loss_sha256"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aTypoInOneOfTenValuesIsToldAndNothingRuns() throws Exception {
    var result =
        ablate(
            """
            axes {
              lookahead.batches = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
              cache.policy = [lru, lfu, frequncy]
            }
            """);
    assertThat(result.err())
        .startsWith(
            "farsight: "
                + folder.resolve("suite.conf")
                + ": 14: farsight.cache.policy: 'frequncy' is not a known cache policy; did you mean"
                + " frequency? (available: frequency, ")
        .hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(results).doesNotExist();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aSuiteNamedAsAPathStaysInItsFolder() throws Exception {
    Path suite = Files.createDirectories(folder.resolve("a/b/c/d")).resolve("suite.conf");
    Files.writeString(
        suite,
        BASE.formatted(plugins)
            + "ablation { name = \"../../../x\", bound = false, axes { cache.policy = [lru] } }");
    var command = List.of(distribution.launcher().toString(), "ablate", suite.toString());
    var result = Distribution.run(suite.getParent(), command);
    assertThat(result.status()).as(result.err()).isZero();
    String encoded = "%2E.%2F..%2F..%2Fx";
    assertThat(suite.resolveSibling("runs/ablation").resolve(encoded).resolve("report.html"))
        .isRegularFile();
    try (var files = Files.walk(folder.resolve("a"))) {
      assertThat(files).noneMatch(file -> file.endsWith("x"));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aDryRunPrintsThePlanAndRunsNothing() throws Exception {
    var result =
        ablate("axes { cache.policy = [lru, lfu], cache.size = [\"20 rows\", all] }", "--dry-run");
    assertThat(result.status()).isZero();
    assertThat(result.out().lines().toList())
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("left out: 2 with cache.size=20 rows: a batch has"),
            line ->
                assertThat(line).matches("\\d+ s +cache.policy=lru cache.size=all seed=1 run=1"),
            line ->
                assertThat(line).matches("\\d+ s +cache.policy=lfu cache.size=all seed=1 run=1"),
            line -> assertThat(line).matches("2 cells, 0 of them done; the others take about .*"));
    assertThat(results).doesNotExist();
  }

  private List<Path> cellFolders(String prefix) throws IOException {
    try (var folders = Files.list(results.resolve("cells"))) {
      return folders.filter(f -> f.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static void deleteAll(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
