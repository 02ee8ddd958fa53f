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
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on prepared data is training on the data. */
class DataPrepareTest {

  private static final String TRAINING =
      """
      farsight {
        data { batch-size = 64, eval-fraction = 0.2, synthetic { rows = 2100 } }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8, 4], top-mlp = [8] } }
        cache.size = all
        compute.threads = 1
      }
      """;

  private static final String CSV =
      """
      farsight.data {
        source = csv
        path = "%s"
        csv {
          dense = [{ column = age, transform = [log, standard], buckets = true }]
          min-count = 2
          categorical = [
            { column = user, rows = 50, kind = integer }
            { column = tags, rows = 40, kind = string, separator = "|", max-lookups = 3, weights = scores }
            { column = seen, rows = 60, kind = integer, separator = " ", max-lookups = 5, pooling = mean, min-count = 1 }
          ]
        }
      }
      """;

  @TempDir private Path folder;

  private record Result(int status, String out, String err) {}

  private Result run(List<String> args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      var environment = new Environment(Optional.of(folder), 0);
      status =
          Main.run(environment, new Interrupt(), outStream, errStream, args.toArray(String[]::new));
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private Result run(String... args) {
    return run(List.of(args));
  }

  private Path conf(String more) throws IOException {
    return Files.writeString(folder.resolve("my.conf"), TRAINING + more);
  }

  private Path csv(String name, int rows, int seed) throws IOException {
    var random = new Random(seed);
    String lines =
        IntStream.range(0, rows)
            .mapToObj(
                row -> {
                  int tags = random.nextInt(4);
                  return random.nextInt(2)
                      + ","
                      + (random.nextInt(5) == 0 ? "" : random.nextInt(90))
                      + ","
                      + random.nextInt(200)
                      + ","
                      + join(tags, "|", () -> "t" + random.nextInt(90))
                      + ","
                      + join(tags, "|", () -> "0." + random.nextInt(100))
                      + ","
                      + join(random.nextInt(6), " ", () -> "" + random.nextInt(500))
                      + "\n";
                })
            .collect(Collectors.joining());
    return Files.writeString(folder.resolve(name), "label,age,user,tags,scores,seen\n" + lines);
  }

  private static String join(int count, String separator, Supplier<String> one) {
    return IntStream.range(0, count)
        .mapToObj(i -> one.get())
        .collect(Collectors.joining(separator));
  }

  private Config trained(String name, List<String> command) {
    Path directory = folder.resolve(name);
    var all = new ArrayList<>(command);
    all.addAll(List.of("--set", "run.directory=" + directory));
    var result = run(all);
    assertThat(result.err()).isEmpty();
    return ConfigFactory.parseFile(directory.resolve("report.json").toFile());
  }

  private Result prepare(Path conf, String out, String... more) {
    var args =
        new ArrayList<>(
            List.of("data", "prepare", conf.toString(), "--out", folder.resolve(out).toString()));
    args.addAll(List.of(more));
    return run(args);
  }

  /** The command that was printed. */
  private static List<String> training(Result prepared) {
    assertThat(prepared.err()).isEmpty();
    String last = prepared.out().lines().reduce((one, other) -> other).orElseThrow();
    assertThat(last).startsWith("to train on it: farsight train ");
    return List.of(last.substring("to train on it: farsight ".length()).split(" "));
  }

  private void assertSameTraining(Path conf) {
    Config original = trained("original", List.of("train", conf.toString()));
    Config prepared = trained("prepared", training(prepare(conf, "parts", "--part-rows", "500")));
    for (String hash : List.of("loss_sha256", "weights_sha256")) {
      assertThat(prepared.getString(hash)).hasSize(64).isEqualTo(original.getString(hash));
    }
    assertThat(prepared.getDouble("quality.auroc")).isEqualTo(original.getDouble("quality.auroc"));
  }

  @Test
  void ofCriteo() throws IOException {
    String cardinalities = Collections.nCopies(26, 60).toString();
    Path rows = folder.resolve("rows.txt");
    Path synth = conf("farsight.data.synthetic.cardinalities = " + cardinalities);
    run("data", "synth", synth.toString(), "--out", rows.toString());
    assertSameTraining(
        conf(
            """
            farsight.data {
              source = criteo, path = "%s", shuffle = "300 samples"
              criteo { cardinalities = %s, min-count = 3, transform = [log, standard], buckets = true }
            }
            """
                .formatted(rows, cardinalities)));
  }

  @Test
  void ofCsvWithBags() throws IOException {
    assertSameTraining(conf(CSV.formatted(csv("rows.csv", 1500, 1))));
  }

  @Test
  void ofAnotherFileForEvaluation() throws IOException {
    assertSameTraining(
        conf(
            CSV.formatted(csv("rows.csv", 1100, 2))
                + "farsight.data { eval-fraction = 0, eval-path = \"%s\" }"
                    .formatted(csv("later.csv", 400, 3))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cardinalities = [50, 400, 30], dense = 3",
        "cardinalities = [90, 40], hotness = [3, 1], pooling = mean",
        "cardinalities = [90, 2], hotness = 5, hotness-law = uniform, pooling = max, seed = 7"
      })
  void ofSynthetic(String synthetic) throws IOException {
    assertSameTraining(conf("farsight.data.synthetic { " + synthetic + " }"));
  }

  @Test
  void ofBagsThatAreMadeWhileReading() throws IOException {
    assertSameTraining(
        conf(
            """
            farsight.data { multi-hot = [3, 1, 5], synthetic.cardinalities = [90, 40, 700] }
            """));
    assertThat(folder.resolve("parts/train-00000_sparse_multi_hot.npz")).exists();
    Config manifest = ConfigFactory.parseFile(folder.resolve("parts/manifest.json").toFile());
    assertThat(manifest.getConfigList("features"))
        .extracting(feature -> feature.getInt("max_lookups"))
        .containsExactly(3, 1, 5);
  }

  @Test
  void ofAPipe() throws Exception {
    Path rows = csv("rows.csv", 900, 7);
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    String counted =
        conf(CSV.formatted(rows)).toString(); // min-count and standard need a pass before
    assertThat(run("data", "prepare", counted, "--out", "x", "--set", "data.path=" + pipe).err())
        .startsWith("farsight: ")
        .contains("can be read only once")
        .hasLineCount(1);
    Path once =
        conf(
            CSV.formatted(rows)
                + """
                farsight.data {
                  eval-fraction = 0
                  csv { min-count = 1, dense = [{ column = age, transform = log }] }
                }
                """);
    assertThat(prepare(once, "of-file").err()).isEmpty();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat \"$0\" > \"$1\"", rows.toString(), pipe.toString())
            .start();
    Result prepared = prepare(once, "of-pipe", "--set", "data.path=" + pipe);
    assertThat(prepared.err()).isEmpty();
    assertThat(writer.waitFor()).isZero();
    for (String array : List.of("dense.npy", "labels.npy", "sparse_multi_hot.npz")) {
      assertThat(folder.resolve("of-pipe/train-00000_" + array))
          .hasSameBinaryContentAs(folder.resolve("of-file/train-00000_" + array));
    }
  }

  @Test
  void badRowsAreCountedAndLeftOut() throws IOException {
    Path rows = csv("rows.csv", 900, 4);
    Files.writeString(rows, Files.readString(rows).replaceAll("(?m)^1,(\\d*7),", "1,x$1,"), UTF_8);
    Path conf = conf(CSV.formatted(rows) + "farsight.data.on-bad-row = skip");
    var prepared = prepare(conf, "out");
    assertThat(prepared.out()).containsPattern("\nbad rows    [1-9]\\d left out\n");
    assertSameTraining(conf);
  }

  @Test
  void newerDataGetsTheIndicesOfEarlierData() throws IOException {
    Path earlier = conf(CSV.formatted(csv("rows.csv", 900, 5)));
    prepare(earlier, "earlier");
    Config trained = trained("run", List.of("train", earlier.toString()));
    assertThat(trained.getString("loss_sha256")).hasSize(64);
    Path newer = conf(CSV.formatted(csv("newer.csv", 600, 6)));
    String first = folder.resolve("earlier").toString();
    assertThat(prepare(newer, "by-data", "--fitted", first).err()).isEmpty();
    String run = folder.resolve("run").toString();
    assertThat(prepare(newer, "by-model", "--fitted", run).err()).isEmpty();
    assertThat(prepare(newer, "anew").err()).isEmpty();
    String sparse = "train-00000_sparse_multi_hot.npz";
    Path byData = folder.resolve("by-data").resolve(sparse);
    assertThat(byData).hasSameBinaryContentAs(folder.resolve("by-model").resolve(sparse));
    assertThat(Files.mismatch(byData, folder.resolve("anew").resolve(sparse))).isNotNegative();
    for (String file : List.of("fitted.json", "user.kept.npy")) {
      assertThat(folder.resolve("by-data/fitted").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("earlier/fitted").resolve(file));
    }
    assertThat(prepare(newer, "anew", "--fitted", first).err())
        .contains("--fitted: fitted.json was ");
    Path npy =
        conf("farsight.data { source = npy, path = \"%s\" }".formatted(folder.resolve("by-data")));
    trained("npy-run", List.of("train", npy.toString(), "--set", "data.path=" + first));
    Path model = folder.resolve("npy-run/model");
    var evaluated =
        run(
            "eval",
            npy.toString(),
            "--set",
            "model.load=" + model,
            "--set",
            "run.directory=" + folder.resolve("npy-eval"));
    assertThat(evaluated.err()).isEmpty();
  }

  @Test
  void whatItSays() throws IOException {
    Path conf = conf("farsight.data.synthetic.cardinalities = [50, 400]");
    Path out = folder.resolve("out");
    var done = prepare(conf, "out", "--part-rows", "1000");
    assertThat(done.out().replaceAll("\\S+ rows/s", "N rows/s"))
        .matches(
            """
            opening synthetic data
            preparing
            training    1,680 rows, \\d\\d\\.\\d\\d % clicks
            evaluation  420 rows, \\d\\d\\.\\d\\d % clicks
            bad rows    0 left out
            size        \\d+\\.\\d KiB in 3 parts
            speed       N rows/s
            to train on it: farsight train CONF --set data.source=npy --set data.path=OUT
            """
                .replace("CONF", conf.toString())
                .replace("OUT", out.toString()));
    var again = prepare(conf, "out", "--part-rows", "1000");
    assertThat(again.status()).isZero();
    assertThat(again.out()).contains(out + " is complete: 1,680 rows for training, 420 for");
  }
}
