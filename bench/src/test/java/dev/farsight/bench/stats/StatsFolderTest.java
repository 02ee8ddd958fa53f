package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.statistics.DataIdentity;
import dev.farsight.engine.statistics.RowCounts;
import dev.farsight.engine.statistics.SavedCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsFolderTest {

  private static final String SYNTHETIC =
      "data { source = synthetic, batch-size = 20, synthetic { rows = 700, cardinalities = [9, 30], seed = 5 } }";

  @TempDir private Path folder;

  private DataStats stats() throws IOException {
    return StatsFixture.run(StatsFixture.config(folder, SYNTHETIC)).run(List.of("80%", "all"), 5);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    DataStats stats = stats();
    Path out = folder.resolve("a/out");
    new StatsFolder(out).write(stats);
    new StatsFolder(out).write(stats); // once more
    TableSet tables = stats.counts().tables();
    RowCounts read = SavedCounts.in(out).read(out, tables);
    for (int table = 0; table < tables.size(); table++) {
      assertThat(read.ofTable(table)).isEqualTo(stats.counts().ofTable(table));
    }
    assertThat(SavedCounts.in(out).data()).isEqualTo(stats.identity());
    assertThat(stats.identity().differenceFrom(SavedCounts.in(out).data())).isEmpty();
    var json = ConfigFactory.parseFile(out.resolve("stats.json").toFile());
    assertThat(json.getLong("training.rows")).isEqualTo(stats.training().rows());
    assertThat(json.getConfigList("tables").get(1).getLong("used_rows"))
        .isEqualTo(stats.tables().get(1).usedRows());
    assertThat(json.getConfigList("expected_hits.sizes").get(1).getDouble("lfu.hit_ratio"))
        .as("all rows resident")
        .isEqualTo(1);
  }

  @Test
  void otherFilesAreNotMixedWithThem() throws IOException {
    Files.writeString(folder.resolve("mine.txt"), "");
    assertThatThrownBy(() -> new StatsFolder(folder))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--out: "
                + folder
                + " has other files, such as mine.txt; name a new folder, or one that this command has left");
    Path counts = Files.createDirectories(folder.resolve("b/counts"));
    Files.writeString(counts.resolve("mine.txt"), "");
    assertThatThrownBy(() -> new StatsFolder(folder.resolve("b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("such as counts");
  }

  @Test
  void countsOfOtherTablesOrDamagedOnesAreRefused() throws IOException {
    DataStats stats = stats();
    new StatsFolder(folder.resolve("out")).write(stats);
    Path out = folder.resolve("out");
    var others = new TableSet(List.of(new Table("C1", 9), new Table("C2", 31)));
    assertThatThrownBy(() -> SavedCounts.in(out).read(out, others))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has counts of other tables: table C2 of 30 rows, not of 31 rows");
    Path file = out.resolve("counts/C2.npy");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 4] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> SavedCounts.in(out).read(out, stats.counts().tables()))
        .isInstanceOf(FarsightException.class)
        .hasMessageContaining("C2.npy: is damaged: its SHA-256 is wrong");
    assertThatThrownBy(() -> SavedCounts.in(folder.resolve("nowhere")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no stats.json");
  }

  @Test
  void otherDataIsTold() {
    var one =
        new DataIdentity(Map.of("data.source", "csv", "content", "1", "training samples", "7"));
    var other = new DataIdentity(Map.of("data.source", "csv", "content", "2"));
    assertThat(one.differenceFrom(other)).contains("its content differs");
    var pipe = new DataIdentity(Map.of("data.source", "csv"));
    assertThat(pipe.differenceFrom(one)).as("nothing is known").isEmpty();
    var split = new DataIdentity(Map.of("data.source", "csv", "data.eval-fraction", "0.5"));
    assertThat(split.differenceFrom(pipe)).contains("data.eval-fraction was not set and is 0.5");
  }

  @Test
  void thePageIsOneFileThatAsksForNothingElse() throws IOException {
    Path out = folder.resolve("page");
    new StatsFolder(out).write(stats());
    String html = Files.readString(out.resolve("stats.html"));
    assertThat(html)
        .contains("<title>synthetic · Farsight data</title>")
        .contains("Chart.js v")
        .contains("\"used_rows\"")
        .doesNotContain("{{")
        .doesNotContainPattern("(?i)<(script|link|img)[^>]+(src|href)=(?!\"data:)")
        .doesNotContain("@import");
    assertThat(html.split("</script>", -1)).as("scripts").hasSize(4);
  }
}
