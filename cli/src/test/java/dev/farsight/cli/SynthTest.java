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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SynthTest {

  private static final String TRAINING =
      """
      farsight {
        data { batch-size = 64, eval-fraction = 0.2, synthetic { rows = 2100 } }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8, 4], top-mlp = [8] } }
        cache.size = all
        compute.threads = 1
      }
      """;

  @TempDir private Path folder;

  private record Result(int status, String out, String err) {}

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Path conf(String synthetic) throws IOException {
    return Files.writeString(
        folder.resolve("my run.conf"),
        TRAINING + "farsight.data.synthetic { " + synthetic + " }\n");
  }

  private Config trained(String name, String... args) {
    Path directory = folder.resolve(name);
    var all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(args));
    all.addAll(List.of("--set", "run.directory=" + directory));
    var result = run(all.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    return ConfigFactory.parseFile(directory.resolve("report.json").toFile());
  }

  private static void equal(Config one, Config other) {
    for (String hash : List.of("loss_sha256", "weights_sha256")) {
      assertThat(one.getString(hash)).hasSize(64).isEqualTo(other.getString(hash));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cardinalities = [50, 400, 30], dense = 3",
        "cardinalities = [50, 400], dense = 1, missing = 0.5, hotness = [3, 1], pooling = mean",
        "cardinalities = [90, 2], hotness = 5, hotness-law = uniform, pooling = max, seed = 7",
        "cardinalities = [90, 40], hotness = [1, 4], hotness-law = uniform, click-rate = 0.9"
      })
  void trainingOnTheCsvIsTrainingOnTheConfiguration(String synthetic) throws IOException {
    Path conf = conf(synthetic);
    Path rows = folder.resolve("rows here.csv.gz");
    var written = run("data", "synth", conf.toString(), "--out", rows.toString());
    assertThat(written.err()).isEmpty();
    assertThat(written.out())
        .isEqualTo(
            "writing rows here.csv.gz\n2,100 rows written to %s\nto train on them: farsight train %s.conf\n"
                .formatted(rows, rows));
    equal(trained("drawn", conf.toString()), trained("read", rows + ".conf"));
  }

  @Test
  void trainingOnTheCriteoFileIsTrainingOnTheConfiguration() throws IOException {
    String cardinalities = Collections.nCopies(26, 20).toString();
    Path conf = conf("cardinalities = " + cardinalities);
    Path rows = folder.resolve("rows.txt");
    var written = run("data", "synth", conf.toString(), "--out", rows.toString());
    assertThat(written.out())
        .endsWith(
            "2,100 rows written to %s\nto train on them: farsight train %s.conf\n"
                .formatted(rows, rows));
    equal(trained("drawn", conf.toString()), trained("read", rows + ".conf"));
  }

  @Test
  void whatWasSetBesideTheRowsIsKept() throws IOException {
    String conf = conf("cardinalities = [50, 400]").toString();
    String[] sets = {
      "--set", "data.batch-size=32", "--set", "train.seed=7", "--set", "optimizer.type=adam"
    };
    String rows = folder.resolve("rows.csv").toString();
    var synth = new ArrayList<>(List.of("data", "synth", conf, "--out", rows, "--rows", "1500"));
    synth.addAll(List.of(sets));
    assertThat(run(synth.toArray(String[]::new)).status()).isZero();
    var train = new ArrayList<>(List.of(conf, "--set", "data.synthetic.rows=1500"));
    train.addAll(List.of(sets));
    equal(trained("drawn", train.toArray(String[]::new)), trained("read", rows + ".conf"));
  }

  @Test
  void aConfigurationThatReadsRowsMakesNone() throws IOException {
    String conf = conf("cardinalities = [50, 400]").toString();
    String rows = folder.resolve("rows.csv").toString();
    assertThat(run("data", "synth", conf, "--out", rows).status()).isZero();
    String again = folder.resolve("again.csv").toString();
    var refused = run("data", "synth", rows + ".conf", "--out", again);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("farsight.data.source: 'csv' reads rows and makes none");
    assertThat(Path.of(again)).doesNotExist();
    assertThat(
            run("data", "synth", rows + ".conf", "--out", again, "--set", "data.source=synthetic")
                .status())
        .isZero();
    assertThat(Path.of(again)).hasSameTextualContentAs(Path.of(rows));
  }

  @Test
  void anEditedConfigurationIsNotOverwritten() throws IOException {
    String conf = conf("cardinalities = [50, 400]").toString();
    Path rows = folder.resolve("rows.csv");
    Path beside = folder.resolve("rows.csv.conf");
    String[] synth = {"data", "synth", conf, "--out", rows.toString()};
    assertThat(run(synth).status()).isZero();
    assertThat(run(synth).status()).as("the same again").isZero();
    Files.writeString(beside, Files.readString(beside) + "farsight.train.epochs = 2\n");
    Files.delete(rows);
    var refused = run(synth);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .isEqualTo(
            "farsight: %s: is there already, and is not what would be written; delete or rename it, or choose another --out\n"
                .formatted(beside));
    assertThat(beside).content().endsWith("epochs = 2\n");
    assertThat(rows).doesNotExist();
  }

  @Test
  void relativePathsStayRelative() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path conf = here.relativize(conf("cardinalities = [50, 400]"));
    Path rows = here.relativize(folder.resolve("data")).resolve("rows.csv");
    Files.createDirectories(rows.getParent());
    assertThat(run("data", "synth", conf.toString(), "--out", rows.toString()).status()).isZero();
    assertThat(folder.resolve("data/rows.csv.conf"))
        .content()
        .startsWith("include \"../my run.conf\"\n")
        .contains("path = \"" + rows + "\"");
    assertThat(run("check", rows + ".conf").status()).isZero();
  }

  @Test
  void withoutAConfigurationTheRowsHaveCriteosShape() throws IOException {
    Path file = folder.resolve("rows.txt.gz");
    String out = file.toString();
    var result =
        run("data", "synth", "--out", out, "--rows", "50", "--set", "data.synthetic.zipf=1.2");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("\n50 rows written to " + file + "\n");
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(new String(in.readAllBytes(), UTF_8))
          .hasLineCount(50)
          .matches("(?s)[01](\t-?\\d*){13}(\t[0-9a-f]{8}){26}\n.*");
    }
    assertThat(run("data", "synth", "--out", out, "--rows", "-1").err())
        .isEqualTo(
            "farsight: --set data.synthetic.rows: farsight.data.synthetic.rows: -1 is not a whole"
                + " number from 1 to 1125899906842624\n");
  }

  @Test
  void theFormatCanBeChosen() throws IOException {
    Path file = folder.resolve("rows.csv");
    String out = file.toString();
    assertThat(run("data", "synth", "--out", out, "--rows", "5", "--format", "csv").status())
        .isZero();
    assertThat(file).content().startsWith("label,I1,I2,").hasLineCount(6);
    String conf = conf("cardinalities = [50, 400]").toString();
    var refused = run("data", "synth", conf, "--out", out, "--format", "criteo");
    assertThat(refused.err()).contains("a Criteo file has 13 dense features and 26 tables");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(run("data", "synth", "--out", out, "--format", "tsv").err())
        .contains("'--format'")
        .contains("criteo, csv");
  }
}
