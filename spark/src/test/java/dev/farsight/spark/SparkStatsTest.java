package dev.farsight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.bench.stats.DataStats;
import dev.farsight.bench.stats.StatsFolder;
import dev.farsight.bench.stats.StatsRun;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics that Spark makes have the bytes of those of one host. */
class SparkStatsTest {

  private static final List<String> SIZES = List.of("20%", "15");
  private static SparkSession spark;

  @TempDir Path folder;
  private Path data;
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @BeforeAll
  static void start() {
    spark = LocalSpark.session();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void tellSeed() throws IOException {
    System.out.println("seed " + seed);
    data = Files.createDirectory(folder.resolve("data"));
  }

  private FarsightConfig config(String section) {
    return FarsightConfig.ofText(
        "test.conf",
        "farsight { cache.policy = lfu, model.type = dlrm\n data { path = \""
            + data
            + "\"\n"
            + section
            + "\n} }");
  }

  private static DataStats locally(FarsightConfig config, Path out, int replayed) {
    try (Plugins plugins = Plugins.load(SparkStatsTest.class.getClassLoader())) {
      Settings farsight = Settings.of("farsight", config.resolve(plugins.loaders()));
      DataStats stats =
          new StatsRun(farsight, plugins.components(), RunListener.NONE).run(SIZES, replayed);
      new StatsFolder(out).write(stats);
      return stats;
    }
  }

  private DataStats onSpark(FarsightConfig config, Path out, long taskRows, int replayed) {
    return new SparkStats(spark, taskRows).count(config, out, SIZES, replayed);
  }

  /** Counts both ways. */
  private DataStats requireSame(FarsightConfig config, long taskRows, int replayed)
      throws IOException {
    Path local = folder.resolve("local");
    Path spread = folder.resolve("spread");
    locally(config, local, replayed);
    DataStats stats = onSpark(config, spread, taskRows, replayed);
    assertThat(Prepared.names(spread)).isEqualTo(Prepared.names(local)).hasSizeGreaterThan(2);
    assertThat(Files.readString(spread.resolve("stats.json")))
        .as("seed %d", seed)
        .isEqualTo(Files.readString(local.resolve("stats.json")));
    for (String name : Prepared.names(local)) {
      assertThat(spread.resolve(name))
          .as("seed %d", seed)
          .hasSameBinaryContentAs(local.resolve(name));
    }
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".fitted"));
    return stats;
  }

  /** Tab-separated, plain and packed, with a part for evaluation and malformed rows. */
  @Test
  void criteoInSeveralFiles() throws IOException {
    var writer = new RandomRows(random, .1);
    writer.write(data.resolve("day_9"), null, 700, false);
    writer.write(data.resolve("day_10.gz"), null, 431, false);
    writer.write(data.resolve("day_11"), null, 305, false);
    DataStats stats =
        requireSame(
            config(
                """
                source = criteo
                on-bad-row = skip
                eval-fraction = 0.2
                batch-size = 64
                criteo { ids = vocabulary, min-count = 2, buckets = true }
                """),
            301,
            7);
    assertThat(stats.training().badRows()).isPositive();
    assertThat(stats.evaluation().rows()).isPositive();
    assertThat(stats.expected().batches()).isEqualTo(7);
  }

  private static String csvSettings(String more) {
    return """
        source = csv
        batch-size = 50
        on-bad-row = skip
        csv {
          label = label
          dense = [ { column = price, transform = standard } ]
          categorical = [
            { column = word, kind = string, ids = vocabulary, rows = 8, min-count = 2 }
            { column = tags, kind = integer, separator = "|", max-lookups = 4, rows = 5 }
            { column = label, name = again, kind = string, rows = 100 }
          ]
          on-long-bag = truncate
        }
        """
        + more;
  }

  @Test
  void csvWithBags() throws IOException {
    var writer = new RandomRows(random, .1);
    writer.write(data.resolve("a.csv"), "label,price,word,tags", 300, true);
    writer.write(data.resolve("b.csv.gz"), "label,price,word,tags", 200, true);
    DataStats stats = requireSame(config(csvSettings("eval-fraction = 0.25")), 101, 3);
    assertThat(stats.training().truncatedBags()).isPositive();
    assertThat(stats.features().get(1).mostLookups()).isEqualTo(4);
    assertThat(stats.features().get(0).values()).isPositive();
  }

  @Test
  void evaluationMayHaveFilesOfItsOwnAndNothingNeedsToBeReplayed() throws IOException {
    new RandomRows(random, 0).write(data.resolve("a.csv"), "label,price,word,tags", 150, true);
    Path eval = folder.resolve("eval.csv");
    new RandomRows(random, 0).write(eval, "label,price,word,tags", 80, true);
    DataStats stats = requireSame(config(csvSettings("eval-path = \"" + eval + "\"")), 61, 0);
    assertThat(stats.evaluation().rows()).isEqualTo(80);
    assertThat(stats.training().rows()).isEqualTo(150);
  }

  @Test
  void parquetOfSpark() throws IOException {
    Path text = folder.resolve("text.csv");
    new RandomRows(random, 0).write(text, "label,price,word,tags", 600, true);
    spark
        .read()
        .option("header", true)
        .option("multiLine", true)
        .schema("label STRING, price DOUBLE, word STRING, tags STRING")
        .csv(text.toString())
        .selectExpr(
            "label = '1' AS label",
            "price",
            "word",
            "transform(filter(split(tags, '[|]'), t -> t <> ''), t -> int(t)) AS tags")
        .repartition(3)
        .write()
        .mode("overwrite")
        .parquet(data.toString());
    DataStats stats =
        requireSame(
            config(
                """
                source = parquet
                batch-size = 64
                eval-fraction = 0.2
                parquet {
                  label = label
                  dense = [ { column = price, transform = [log, standard] } ]
                  categorical = [
                    { column = word, kind = string, ids = vocabulary, min-count = 2 }
                    { column = tags, kind = integer, max-lookups = 6, rows = 5 }
                  ]
                }
                """),
            150,
            100);
    assertThat(stats.training().rows()).isEqualTo(480);
  }

  @Test
  void aMalformedRowIsToldAsOnOneHost() throws IOException {
    Path file = data.resolve("day_9");
    new RandomRows(random, 0).write(file, null, 60, false);
    Files.writeString(file, Files.readString(file) + "7\t1\n");
    FarsightConfig config = config("source = criteo, eval-fraction = 0");
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> onSpark(config, out, 50, 1))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(file + ":");
    assertThat(out).doesNotExist();
  }

  @Test
  void whatSparkDoesNotDoIsRefused() throws IOException {
    new RandomRows(random, 0).write(data.resolve("day_9"), null, 10, false);
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> onSpark(config("source = synthetic, path = null"), out, 5, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.source")
        .hasMessageContaining("use farsight data stats");
    FarsightConfig criteo = config("source = criteo");
    assertThatThrownBy(() -> onSpark(criteo.set("plugins.path=x"), out, 5, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--jars");
    assertThatThrownBy(() -> onSpark(criteo.set("model.load=x"), out, 5, 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.load");
    assertThat(out).doesNotExist();
  }
}
