package dev.farsight.bench.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {

  private static final Path DOCS = Path.of("..", "docs");

  @TempDir Path folder;

  @Test
  void thePageInTheSourcesIsTheOneThatItsResultsLeadTo() throws IOException {
    assertThat(DOCS.resolve("performance.md"))
        .as("made by bench/measure.sh page")
        .hasContent(PerformancePage.of(DOCS));
  }

  @Test
  void everyResultsFileSaysWhatMakesIt() throws IOException {
    try (var files = Files.list(DOCS.resolve("results"))) {
      for (Path file : files.toList()) {
        String head = Files.readString(file).lines().limit(30).toList().toString();
        assertThat(head).as(file.toString()).containsAnyOf("\"command\"", "# ./farsight ablate");
      }
    }
  }

  private String page(String template) throws IOException {
    Files.createDirectories(folder.resolve("results"));
    Files.writeString(
        folder.resolve("results/some.json"),
        "{\"command\": \"do it\", \"a b\": {\"c\": [3, 1, 2.5, 4]}, \"speed\": 31400000}");
    Files.writeString(folder.resolve("performance.template.md"), template);
    return PerformancePage.of(folder);
  }

  @Test
  void figuresTakeThePlaceOfTheirNames() throws IOException {
    assertThat(
            page(
                "`{{some command}}` {{some speed %.1f / 1e6}} M, {{some speed %,.0f}};"
                    + " {{some \"a b\".c all %.1f}}, {{some \"a b\".c median %.2f}}"))
        .isEqualTo("`do it` 31.4 M, 31,400,000; 3.0 · 1.0 · 2.5 · 4.0, 2.75");
  }

  @Test
  void whatIsNotThereIsTold() {
    assertThatThrownBy(() -> page("{{some sped %.1f}}"))
        .hasMessage("performance.template.md: {{some sped %.1f}}: nothing at sped in that file");
    assertThatThrownBy(() -> page("{{others speed %.1f}}")).hasMessageContaining("there is no");
    assertThatThrownBy(() -> page("x {{some}} y")).hasMessageContaining("not understood: {{some}}");
  }

  @Test
  void jmhResultsAreScoresByBenchmarkAndParameters() {
    Config results =
        ConfigFactory.parseString(
            ResultsFile.of(
                """
                [{"benchmark": "dev.x.PlannerBenchmark.plan", "params": {"policy": "lru", "batchSize": "2"},
                  "primaryMetric": {"score": 7, "scoreError": "NaN", "scoreUnit": "ops/s", "rawData": [[1]]},
                  "secondaryMetrics": {"lookups": {"score": 5.5, "scoreError": 0.25, "scoreUnit": "ops/s"}}}]
                """,
                "the command"));
    assertThat(results.getString("command")).isEqualTo("the command");
    var counters =
        results.getConfig("results.\"PlannerBenchmark.plan\".\"batchSize=2,policy=lru\"");
    assertThat(counters.getDouble("lookups.score")).isEqualTo(5.5);
    assertThat(counters.getDouble("lookups.error")).isEqualTo(.25);
    assertThat(counters.getIsNull("operations.error")).isTrue();
    assertThat(results.root().toString()).doesNotContain("rawData");
  }
}
