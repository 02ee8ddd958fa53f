package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsTest {

  private static final String CONF =
      """
      farsight {
        data {
          source = csv, path = "%s", batch-size = 4, eval-fraction = 0.2
          csv {
            label = click
            dense = [ { column = price, transform = none } ]
            categorical = [
              { column = user, name = a-name-that-is-longer-than-most, rows = 1000000, kind = string }
              { column = tags, rows = 50, kind = string, separator = "|", max-lookups = 4 }
            ]
          }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [4], top-mlp = [4] } }
        compute.threads = 1
      }
      """;

  @TempDir private Path folder;

  private record Result(int status, String out, String err) {}

  private Result run(int columns, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      var environment = new Environment(Optional.of(folder), columns);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Path conf() throws IOException {
    Path rows = folder.resolve("rows.csv");
    Files.writeString(
        rows,
        """
        click,price,user,tags
        1,2.5,ann,red|blue
        0,,bob,
        0,7.5,ann,red
        1,2,,blue|red|green
        0,4,ann,red
        """);
    return Files.writeString(folder.resolve("my.conf"), CONF.formatted(rows));
  }

  @Test
  void theTableTellsWhatIsInTheFile() throws IOException {
    Result result = run(0, "data", "stats", conf().toString(), "--sizes", "10 rows,1%");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            opening csv data
            counting rows in the training data
            reading the evaluation data
            replaying the first batches
            PART        ROWS  CLICK RATE  BAD ROWS  TRUNCATED BAGS
            training       4     50.00 %         0               0
            evaluation     1      0.00 %         0               0

            1 dense, 2 categorical features; 2 tables of 1,000,050 rows

            DENSE  MISSING     MIN    MEAN  DEVIATION     MAX
            price  25.00 %  0.0000  3.0000     2.7613  7.5000

            FEATURE                          MISSING  A SAMPLE  MOST  VALUES  ROWS USED    OF ROWS  SHARED  ONCE    TOP 1    TOP 10   TOP 100   TOP 1 %  MIN-COUNT
            a-name-that-is-longer-than-most  25.00 %      1.00     1       2          3  1,000,000       0     2  50.00 %  100.00 %  100.00 %  100.00 %          1
            tags                             25.00 %      1.50     3       3          3         50       0     1  50.00 %  100.00 %  100.00 %   50.00 %          1
            From ROWS USED on, figures are of the feature's table.

            CACHE     SLOTS  FREQUENT     LFU  CLAIRVOYANT  UNIQUE: FREQUENT     LFU  CLAIRVOYANT
            10 rows      10    1.0000  0.0000       0.0000            1.0000  0.0000       0.0000
            1%       10,001    1.0000  0.0000       0.0000            1.0000  0.0000       0.0000
            Hits to expect. FREQUENT: if the most frequent rows stay.
            LFU, CLAIRVOYANT: batches 1 to 1, from an empty cache.
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120, 200})
  void itFitsTheTerminal(int columns) throws IOException {
    Result result = run(columns, "data", "stats", conf().toString());
    assertThat(result.err()).isEmpty();
    List<String> table = result.out().lines().dropWhile(line -> !line.startsWith("PART")).toList();
    assertThat(table).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    assertThat(String.join("\n", table))
        .contains("MISSING", "ROWS USED", "FREQUENT", "LFU")
        .contains(columns < 200 ? "A wider terminal shows more columns" : "TOP 100");
  }

  @Test
  void whatIsLeftInTheFolderIsUsedByRuns() throws IOException {
    Path out = folder.resolve("left");
    Result result = run(0, "data", "stats", conf().toString(), "--out", out.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .endsWith(
            "page: %s/stats.html\nto use the counts: --set cache.statistics.path=%s\n"
                .formatted(out, out));
    var files = new TreeSet<String>();
    try (Stream<Path> all = Files.walk(out)) {
      all.filter(Files::isRegularFile).forEach(file -> files.add(out.relativize(file).toString()));
    }
    assertThat(files)
        .containsExactly(
            "counts/a-name-that-is-longer-than-most.npy",
            "counts/tags.npy",
            "stats.html",
            "stats.json");
    Path directory = folder.resolve("run");
    Result trained =
        run(
            0,
            "train",
            conf().toString(),
            "--set",
            "cache.policy=frequency",
            "--set",
            "cache.statistics.path=" + out,
            "--set",
            "run.directory=" + directory);
    assertThat(trained.err()).isEmpty();
    assertThat(trained.out()).contains("reading the row counts in " + out);
    Config json = ConfigFactory.parseFile(out.resolve("stats.json").toFile());
    assertThat(json.getLong("training.rows")).isEqualTo(4);
    Result other =
        run(
            0,
            "train",
            conf().toString(),
            "--set",
            "cache.policy=frequency",
            "--set",
            "cache.statistics.path=" + out,
            "--set",
            "data.eval-fraction=0",
            "--set",
            "run.directory=" + directory + "-other");
    assertThat(other.status()).as(other.err()).isZero();
    assertThat(other.err())
        .startsWith("farsight: warning: " + out)
        .contains("the rows were counted in other data: data.eval-fraction was 0.2 and is 0");
  }

  /** Rows are counted as in the data that was prepared; raw values are gone. */
  @Test
  void ofPreparedData() throws IOException {
    Path prepared = folder.resolve("prepared");
    String conf = conf().toString();
    assertThat(run(0, "data", "prepare", conf, "--out", prepared.toString()).err()).isEmpty();
    Path left = folder.resolve("left");
    assertThat(run(0, "data", "stats", conf, "--out", left.toString()).err()).isEmpty();
    Path again = folder.resolve("again");
    Result result =
        run(
            0,
            "data",
            "stats",
            conf,
            "--out",
            again.toString(),
            "--set",
            "data.source=npy",
            "--set",
            "data.path=" + prepared);
    assertThat(result.err()).isEmpty();
    for (String table : List.of("a-name-that-is-longer-than-most", "tags")) {
      assertThat(again.resolve("counts/" + table + ".npy"))
          .hasSameBinaryContentAs(left.resolve("counts/" + table + ".npy"));
    }
    Config of = ConfigFactory.parseFile(left.resolve("stats.json").toFile());
    Config ofPrepared = ConfigFactory.parseFile(again.resolve("stats.json").toFile());
    for (String same : List.of("training.rows", "evaluation.rows", "expected_hits")) {
      assertThat(ofPrepared.getValue(same).unwrapped())
          .as(same)
          .isEqualTo(of.getValue(same).unwrapped());
    }
    assertThat(ofPrepared.getConfigList("features"))
        .allSatisfy(feature -> assertThat(feature.hasPath("missing")).isFalse());
  }

  /** Each field that is written is documented. */
  @Test
  void theFieldsAreDocumented() throws IOException {
    Path out = folder.resolve("left");
    run(0, "data", "stats", conf().toString(), "--out", out.toString());
    Config json = ConfigFactory.parseFile(out.resolve("stats.json").toFile());
    String page = Files.readString(Path.of("../docs/data.md"));
    String section = page.substring(page.indexOf("## Knowing your data"));
    var fields = new TreeSet<>(json.root().keySet());
    for (String part : List.of("training", "expected_hits", "counts")) {
      json.getConfig(part).root().keySet().forEach(key -> fields.add(part + "." + key));
    }
    for (String list :
        List.of("dense", "features", "tables", "expected_hits.sizes", "counts.files")) {
      json.getConfigList(list)
          .get(0)
          .root()
          .keySet()
          .forEach(key -> fields.add(list + "[]." + key));
    }
    assertThat(fields)
        .allSatisfy(
            field -> assertThat(section).contains("`" + field.replaceAll(".*\\.", "") + "`"));
  }
}
