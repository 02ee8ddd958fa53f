package dev.farsight.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

  @TempDir Path folder;

  private Suite suite;
  private List<Cell> cells;

  private void suite(String ablation) throws IOException {
    suite = SuiteTests.suite(folder, ablation);
    cells = SuiteTests.schedule(folder, ablation).cells();
  }

  private static CellResult done(Cell cell, String lossSha256, double samplesPerSecond) {
    Config report =
        ConfigFactory.parseString(
            """
            {version: v, git: abc, seed: 1, host: {cpu: c, cores: 2, jvm: j}, data.train_samples: 100
             throughput: {samples_per_second: %s, iterations_per_second: 3, steps: 10, train_seconds: 5,
               stages: {read: 1, dedupe: 1, plan: 2, order: 1, fetch: 1, compute: 3, write_back: 1}}
             quality: {auroc: 0.75, logloss: 0.5, accuracy: 0.7, gauc: 0.6, auprc: null}
             cache: {slots: 9, row_bytes: 16, hit_ratio: 0.9, unique_hit_ratio: 0.8, unique_rows: 50, unique_hits: 40,
               loaded_rows: 7, forwarded_rows: 3, evicted_rows: 4, written_back_rows: 4, lookahead_shrunk: 0}
             steady: null, memory: {device_bytes: 1, store_bytes: 2, peak_rss_bytes: 3}
             loss_sha256: "%s", weights_sha256: w}
            """
                .formatted(samplesPerSecond, lossSha256));
    return new CellResult(cell, report, null, 6);
  }

  private Results results(List<CellResult> of) {
    return new Results(
        suite, folder, "./farsight ablate suite.conf", List.of(), of, new Bounds(folder));
  }

  @Test
  void theCellWhoseLossesAreNotThoseOfTheOthersIsFlagged() throws IOException {
    suite("axes { cache.policy = [lru, lfu, frequency] }\nseeds = [1, 2]");
    var of = new ArrayList<CellResult>();
    for (Cell cell : cells) {
      boolean odd = cell.seed() == 2 && cell.text().contains("lfu");
      of.add(done(cell, odd ? "odd" : "of seed " + cell.seed(), 1));
    }
    var results = results(of);
    assertThat(results.losses()).hasSize(2);
    assertThat(results.losses().get(0).deviating()).isEmpty();
    assertThat(results.losses().get(1).sha256()).isEqualTo("of seed 2");
    assertThat(results.losses().get(1).deviating())
        .extracting(result -> result.cell().text())
        .containsExactly("cache.policy=lfu seed=2 run=1");
    assertThat(results.csv()).contains(",deviates,").contains(",done,");
  }

  @Test
  void combinationsHaveLeastMedianAndMost() throws IOException {
    suite("axes { cache.policy = [lru] }\nrepeats = 4");
    var of = new ArrayList<CellResult>();
    for (double speed : new double[] {30, 10, 20, 60}) {
      of.add(done(cells.get(of.size()), "same", speed));
    }
    Config json = ConfigFactory.parseString(results(of).json());
    Config speed =
        json.getConfigList("combinations").get(0).getConfig("figures.samples_per_second");
    assertThat(speed.getDouble("min")).isEqualTo(10);
    assertThat(speed.getDouble("median")).isEqualTo(25);
    assertThat(speed.getDouble("max")).isEqualTo(60);
  }

  @Test
  void everyCellIsNamedWithWhatRepeatsIt() throws IOException {
    suite("axes { cache.policy = [lru, lfu, frequency] }");
    var of =
        List.of(
            done(cells.get(0), "same", 1),
            new CellResult(cells.get(1), null, "it, \"broke\"", 3),
            new CellResult(cells.get(2), null, null, Double.NaN));
    var results = results(of);
    var json = ConfigFactory.parseString(results.json()).getConfigList("cells");
    assertThat(json)
        .extracting(cell -> cell.getString("status"))
        .containsExactly("done", "failed", "missing");
    assertThat(json)
        .allSatisfy(
            cell -> {
              assertThat(cell.getString("command"))
                  .isEqualTo(
                      "./farsight train "
                          + folder.resolve("cells").resolve(cell.getString("id"))
                          + "/cell.conf");
              assertThat(cell.getInt("config.data.batch-size")).isEqualTo(64);
              assertThat(cell.getString("log")).endsWith("/output.txt");
            });
    assertThat(json.get(0).getString("commit")).isEqualTo("abc");
    assertThat(json.get(0).getLong("counted.loaded_bytes")).isEqualTo(7 * 16);
    assertThat(json.get(0).getDouble("counted.gauc")).isEqualTo(.6);
    assertThat(json.get(0).getIsNull("counted.auprc")).isTrue();
    List<String> lines = results.csv().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .startsWith("cell,cache.policy,seed,repeat,status,")
        .endsWith("failure");
    assertThat(lines.get(2)).endsWith(",\"it, \"\"broke\"\"\"");
  }

  @Test
  void theReportIsOneFileThatAsksForNothingElse() throws IOException {
    suite("title = \"<b>&\"\naxes { cache.policy = [lru] }");
    String html =
        HtmlReport.of(
            "a <name> & more",
            results(List.of(done(cells.get(0), "</script>", 1))).jsonWithoutConfigurations());
    assertThat(html)
        .contains("<title>a &lt;name&gt; &amp; more")
        .contains("Chart.js v")
        .contains("<\\/script>")
        .doesNotContain("{{")
        .doesNotContainPattern("(?i)<(script|link|img)[^>]+(src|href)=(?!\"data:)")
        .doesNotContain("@import");
    assertThat(html.split("</script>", -1)).as("scripts").hasSize(4);
  }
}
