package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that take their counts from statistics, and runs that count themselves. */
class SavedCountsRunTest {

  private static final int ROWS = 4000;

  @TempDir private Path folder;
  private Path file;
  private FarsightConfig config;
  private Path statistics;

  @BeforeEach
  void write() throws IOException {
    var random = new SplittableRandom(3);
    List<String> lines =
        Stream.generate(
                () ->
                    "%d,%d,%d,5"
                        .formatted(
                            random.nextInt(2),
                            (int) (3000 * Math.pow(random.nextDouble(), 3)),
                            random.nextInt(100)))
            .limit(ROWS)
            .toList();
    file = folder.resolve("rows.csv");
    Files.writeString(file, "y,a,b,x\n" + String.join("\n", lines) + "\n");
    config =
        StatsFixture.config(
            folder,
            """
            data {
              source = csv, path = "%s", batch-size = 32, eval-fraction = 0
              csv { label = y, dense = [ x ], categorical = [ { column = a, rows = 3000, kind = integer }, { column = b, rows = 90, kind = integer } ] }
            }
            model { embedding-dim = 4, dlrm { bottom-mlp = [4], top-mlp = [4] }, save = false }
            cache { size = "300 rows" }
            compute.threads = 1
            """
                .formatted(file));
    statistics = folder.resolve("statistics");
    new StatsFolder(statistics).write(StatsFixture.run(config).run(List.of("10%"), 0));
  }

  private String path() {
    return "cache.statistics.path=\"" + statistics + "\"";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache.policy=frequency",
        "cache.warm-up=0.7",
        "storage.backend=ssd;storage.ssd.ram-cache=700 rows;storage.ssd.ram-policy=frequency"
      })
  void theyAreTheSameToTheLastHit(String sets) {
    String[] counting = sets.split(";", -1);
    String[] reading = Stream.concat(Stream.of(counting), Stream.of(path())).toArray(String[]::new);
    Config counted = StatsFixture.train(folder.resolve("counted"), config, counting);
    Config read = StatsFixture.train(folder.resolve("read"), config, reading);
    for (String key :
        List.of("loss_sha256", "weights_sha256", "cache.hit_ratio", "cache.unique_hits")) {
      assertThat(read.getValue(key)).as(key).isEqualTo(counted.getValue(key));
    }
    assertThat(read.getLong("cache.loaded_rows")).isEqualTo(counted.getLong("cache.loaded_rows"));
    Config without = StatsFixture.train(folder.resolve("lfu"), config);
    assertThat(read.getString("weights_sha256")).isEqualTo(without.getString("weights_sha256"));
  }

  /** What can be read only once need not be counted. */
  @Test
  @Timeout(120)
  void aPipeWillDo() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("bash", "-c", "cat \"$0\" > \"$1\"", file.toString(), pipe.toString())
            .start();
    String piped = "data.path=\"" + pipe + "\"";
    Config read =
        StatsFixture.train(
            folder.resolve("read"),
            config,
            piped,
            path(),
            "cache.policy=frequency",
            "cache.warm-up=1");
    assertThat(writer.waitFor()).isZero();
    Config counted =
        StatsFixture.train(
            folder.resolve("counted"), config, "cache.policy=frequency", "cache.warm-up=1");
    assertThat(read.getString("loss_sha256")).isEqualTo(counted.getString("loss_sha256"));
    assertThat(read.getDouble("cache.hit_ratio")).isEqualTo(counted.getDouble("cache.hit_ratio"));
  }

  /** Statistics themselves need one pass. */
  @Test
  @Timeout(120)
  void statisticsOfAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("bash", "-c", "cat \"$0\" > \"$1\"", file.toString(), pipe.toString())
            .start();
    var piped = config.set(List.of("data.path=\"" + pipe + "\""));
    DataStats ofPipe = StatsFixture.run(piped).run(List.of("20%"), 1000);
    assertThat(writer.waitFor()).isZero();
    DataStats ofFile = StatsFixture.run(config).run(List.of("20%"), 1000);
    assertThat(ofPipe.tables()).isEqualTo(ofFile.tables());
    assertThat(ofPipe.features()).isEqualTo(ofFile.features());
    assertThat(ofPipe.training()).isEqualTo(ofFile.training());
    assertThat(ofPipe.expected()).isEqualTo(ofFile.expected());
  }

  @Test
  void countsOfOtherTablesAreRefused() {
    assertThatThrownBy(
            () ->
                StatsFixture.train(
                    folder.resolve("run"),
                    config,
                    path(),
                    "cache.policy=frequency",
                    "data.csv.min-count=2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has counts of other tables: table a of 3000 rows, not of 3001 rows");
  }

  @Test
  void aSampleOfBatchesDoesNotGoWithThem() {
    assertThatThrownBy(
            () ->
                StatsFixture.train(
                    folder.resolve("run"), config, path(), "cache.statistics.every=2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.cache.statistics.every: 2 does not go with path");
  }
}
