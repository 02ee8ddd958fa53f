package dev.farsight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.datasets.prepare.Preparation.Outcome;
import dev.farsight.datasets.prepare.Preparation.State;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark prepares has the bytes that one host writes. */
class SparkPreparationTest {

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
        "test.conf", "farsight.data { path = \"" + data + "\"\n" + section + "\n}");
  }

  private Outcome onSpark(FarsightConfig config, Path out, long partRows, long taskRows) {
    return new SparkPreparation(spark, taskRows).prepare(config, out, partRows);
  }

  /** Prepares both ways. */
  private Outcome requireSame(FarsightConfig config, long partRows, long taskRows)
      throws IOException {
    Path local = folder.resolve("local");
    Path spread = folder.resolve("spread");
    Outcome expected = Prepared.locally(config, local, partRows, -1);
    Outcome outcome = onSpark(config, spread, partRows, taskRows);
    assertThat(Prepared.names(spread)).isEqualTo(Prepared.names(local));
    requireSameFiles(spread, local);
    assertThat(outcome.trainClicks()).isEqualTo(expected.trainClicks());
    assertThat(outcome.evalClicks()).isEqualTo(expected.evalClicks());
    assertThat(outcome).isEqualTo(expected);
    return outcome;
  }

  /** Names the file that differs first; of the manifest, which tells all sizes, shows both. */
  private void requireSameFiles(Path actual, Path expected) throws IOException {
    assertThat(Files.readString(actual.resolve("manifest.json")))
        .as("seed %d", seed)
        .isEqualTo(Files.readString(expected.resolve("manifest.json")));
    for (String name : Prepared.names(expected)) {
      if (!name.equals("lock")) { // has the number of a process
        assertThat(actual.resolve(name))
            .as("seed %d", seed)
            .hasSameBinaryContentAs(expected.resolve(name));
      }
    }
  }

  private void criteo(double bad, int... rows) throws IOException {
    var writer = new RandomRows(random, bad);
    for (int f = 0; f < rows.length; f++) {
      // In the order of the numbers, not of the letters.
      writer.write(
          data.resolve("day_" + (9 + f) + (f % 2 == 1 ? ".gz" : "")), null, rows[f], false);
    }
  }

  @Test
  void vocabulariesOfCriteoAreThoseOfOneHost() throws IOException {
    criteo(0, 700, 431, 1, 305);
    Outcome outcome =
        requireSame(
            config(
                """
                source = criteo
                eval-fraction = 0.2
                batch-size = 64
                criteo { ids = vocabulary, min-count = 3, buckets = true }
                """),
            100,
            53);
    assertThat(outcome.parts()).hasSizeGreaterThan(14);
    assertThat(outcome.samples(true)).isEqualTo(Math.round(1437 * .2));
  }

  @Test
  void malformedRowsAreLeftOutAsOnOneHost() throws IOException {
    criteo(.2, 400, 251);
    Outcome outcome =
        requireSame(
            config(
                """
                source = criteo
                on-bad-row = skip
                eval-fraction = 0.3
                batch-size = 64
                criteo { min-count = 2, min-count-sample = 3, cardinalities = [%s] }
                """
                    .formatted("50,".repeat(25) + "7")),
            37,
            29);
    assertThat(outcome.badRows()).isPositive();
    assertThat(outcome.samples(false) + outcome.samples(true) + outcome.badRows()).isEqualTo(651);
  }

  /** Sums depend on their order in the last bits, over more rows than one task measures. */
  @Test
  void measuresHaveTheBitsOfOneHost() throws IOException {
    criteo(0.001, 12_000, 9_000);
    requireSame(
        config(
            """
            source = criteo
            on-bad-row = skip
            eval-fraction = 0.1
            criteo { transform = [log, standard], cardinalities = [%s] }
            """
                .formatted("100,".repeat(25) + "7")),
        5_000,
        8192);
  }

  private void csv(double bad, String header, int... rows) throws IOException {
    var writer = new RandomRows(random, bad);
    for (int f = 0; f < rows.length; f++) {
      writer.write(data.resolve("part" + f + (f == 1 ? ".csv.gz" : ".csv")), header, rows[f], true);
    }
  }

  private static String csvSettings(String more) {
    return """
        source = csv
        batch-size = 50
        csv {
          label = label
          dense = [ { column = price, transform = standard } ]
          categorical = [
            { column = word, kind = string, ids = vocabulary, rows = 8, min-count = 2 }
            { column = tags, kind = integer, separator = "|", max-lookups = 4, rows = 5, min-count = 4 }
            { column = label, name = again, kind = string, ids = vocabulary }
          ]
          on-long-bag = truncate
        }
        """
        + more;
  }

  @Test
  void csvWithBagsAndQuotedLineEnds() throws IOException {
    csv(.1, "label,price,word,tags", 300, 200, 0, 77);
    Outcome outcome =
        requireSame(config(csvSettings("on-bad-row = skip, eval-fraction = 0.25")), 60, 41);
    assertThat(outcome.truncatedBags()).isPositive();
    assertThat(outcome.badRows()).isPositive();
  }

  @Test
  void evaluationMayHaveFilesOfItsOwn() throws IOException {
    csv(0, "label,price,word,tags", 150, 90);
    Path eval = folder.resolve("eval.csv");
    new RandomRows(random, 0).write(eval, "label,price,word,tags", 80, true);
    Outcome outcome = requireSame(config(csvSettings("eval-path = \"" + eval + "\"")), 60, 41);
    assertThat(outcome.samples(true)).isEqualTo(80);
    assertThat(outcome.samples(false)).isEqualTo(240);
  }

  /** As Spark writes it: several files, in row groups. */
  @Test
  void parquetFilesOfSpark() throws IOException {
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
    Outcome outcome =
        requireSame(
            config(
                """
                source = parquet
                eval-fraction = 0.2
                parquet {
                  label = label
                  dense = [ { column = price, transform = [log, standard] } ]
                  categorical = [
                    { column = word, kind = string, ids = vocabulary, min-count = 2 }
                    { column = tags, kind = integer, max-lookups = 6, rows = 5, min-count = 9 }
                  ]
                }
                """),
            70,
            41);
    assertThat(outcome.samples(false)).isEqualTo(480);
  }

  @Test
  void workThatWasBegunOnOneHostIsGoneOnWith() throws IOException {
    csv(.1, "label,price,word,tags", 300, 200);
    FarsightConfig config = config(csvSettings("on-bad-row = skip, eval-fraction = 0.25"));
    Path whole = folder.resolve("whole");
    Prepared.locally(config, whole, 60, -1);
    Path out = folder.resolve("out");
    assertThat(Prepared.locally(config, out, 60, 4).state()).isEqualTo(State.STOPPED);
    assertThat(onSpark(config, out, 60, 41).state()).isEqualTo(State.DONE);
    requireSameFiles(out, whole);
    assertThat(onSpark(config, out, 60, 41).state()).isEqualTo(State.WAS_COMPLETE);
  }

  @Test
  void aMalformedRowIsToldAsOnOneHost() throws IOException {
    criteo(0, 300, 100);
    Path file = data.resolve("day_9");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.removeIf(String::isEmpty);
    lines.set(200, "7" + lines.get(200).replaceFirst("^\uFEFF?[01]", ""));
    Files.write(file, lines);
    FarsightConfig config = config("source = criteo, eval-fraction = 0");
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> onSpark(config, out, 100, 50))
        .isInstanceOf(FarsightException.class)
        .hasMessageStartingWith(file + ":201: label '7' is neither 0 nor 1")
        .hasMessageEndingWith("; 0 parts are complete, and the same command goes on from there");
    FarsightConfig counted = config.set("data.criteo.ids=vocabulary");
    assertThatThrownBy(() -> onSpark(counted, folder.resolve("other"), 100, 50))
        .isInstanceOf(FarsightException.class)
        .hasMessage(file + ":201: label '7' is neither 0 nor 1");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void whatSparkDoesNotDoIsRefused() throws IOException {
    criteo(0, 10);
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> onSpark(config("source = synthetic, path = null"), out, 10, 5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.source")
        .hasMessageContaining("use farsight data prepare");
    assertThatThrownBy(
            () ->
                onSpark(
                    config("source = criteo, eval-where { column = C1, values = [a] }"),
                    out,
                    10,
                    5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.eval-where.column")
        .hasMessageContaining("use farsight data prepare");
    assertThatThrownBy(() -> onSpark(config("source = criteo, path = \"hdfs://days\""), out, 10, 5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.path")
        .hasMessageContaining("mounted");
    assertThatThrownBy(() -> onSpark(config("source = criteo").set("plugins.path=x"), out, 10, 5))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--jars");
    assertThat(out).doesNotExist();
  }
}
