package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is evaluated on other data with nothing but its folder: {@code eval MODEL DATA}. */
class EvalCommandLineTest {

  private static final String CARDINALITIES =
      "data.criteo.cardinalities=[" + "40,".repeat(25) + "3000]";

  @TempDir Path folder;
  private Path rows;

  /** What a command line printed and returned. */
  private record Result(int status, String out, String err) {}

  private Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.empty(), 0);
      status = Main.run(environment, new Interrupt(), outStream, errStream, args);
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static String[] with(List<String> args, List<String> sets) {
    var all = new ArrayList<>(args);
    sets.forEach(set -> all.addAll(List.of("--set", set)));
    return all.toArray(String[]::new);
  }

  @BeforeEach
  void trainAModel() throws IOException {
    rows = folder.resolve("rows.txt");
    assertThat(run("data", "synth", "--out", rows.toString(), "--rows", "1500").status()).isZero();
    Path conf =
        Files.writeString(
            folder.resolve("my.conf"),
            "farsight { data { source = criteo, batch-size = 64 }, optimizer.type = adam }");
    Result trained =
        run(
            with(
                List.of("train", conf.toString()),
                List.of(
                    "data.path=" + rows,
                    CARDINALITIES,
                    "data.criteo.transform=[log, standard]",
                    "data.criteo.min-count=2",
                    "data.eval-fraction=0.4",
                    "model.embedding-dim=4",
                    "model.dlrm.bottom-mlp=[8]",
                    "model.dlrm.top-mlp=[8]",
                    "cache.size=all",
                    "compute.threads=1",
                    "run.directory=" + folder.resolve("run"))));
    assertThat(trained.err()).isEmpty();
    assertThat(trained.status()).isZero();
  }

  private Result eval(String directory, List<String> arguments, String... sets) {
    var args = new ArrayList<>(List.of("eval"));
    args.addAll(arguments);
    var all =
        new ArrayList<>(List.of("run.directory=" + folder.resolve(directory), "cache.size=all"));
    all.addAll(List.of(sets));
    return run(with(args, all));
  }

  private Config report(String directory) {
    return ConfigFactory.parseFile(folder.resolve(directory).resolve("report.json").toFile());
  }

  private byte[] predictions(String directory) throws IOException {
    return Files.readAllBytes(folder.resolve(directory).resolve("predictions.npy"));
  }

  @Test
  void nothingButTheModelAndTheDataIsNeeded() throws IOException {
    String model = folder.resolve("run/model").toString();
    Result whole = eval("whole", List.of(model, rows.toString()));
    assertThat(whole.err()).isEmpty();
    assertThat(whole.status()).isZero();
    assertThat(report("whole").getInt("data.eval_samples")).isEqualTo(1500);
    // The part that training held out, and a run in place of its model.
    Result part =
        eval(
            "part",
            List.of(folder.resolve("run").toString(), rows.toString()),
            "data.eval-fraction=0.4");
    assertThat(part.status()).as(part.err()).isZero();
    assertThat(report("part").getValue("quality")).isEqualTo(report("run").getValue("quality"));
    // As with the configuration that it was trained with.
    Result conf =
        eval(
            "conf",
            List.of(folder.resolve("my.conf").toString()),
            "model.load=" + model,
            "data.path=" + rows,
            CARDINALITIES,
            "data.criteo.transform=[log, standard]",
            "data.criteo.min-count=2",
            "data.eval-fraction=1",
            "model.embedding-dim=4",
            "model.dlrm.bottom-mlp=8",
            "model.dlrm.top-mlp=[8]");
    assertThat(conf.status()).as(conf.err()).isZero();
    assertThat(predictions("conf")).isEqualTo(predictions("whole"));
  }

  /** Files for evaluation are enough; those for training may be gone. */
  @Test
  void filesForEvaluationAreData() {
    String model = folder.resolve("run/model").toString();
    eval("whole", List.of(model, rows.toString()));
    Result evaluated = eval("eval path", List.of(model), "data.eval-path=" + rows);
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.out()).contains("these are the samples of data.eval-path\n");
    assertThat(report("eval path").getValue("quality"))
        .isEqualTo(report("whole").getValue("quality"));
    Result gone =
        eval("gone", List.of(model), "data.eval-path=" + rows, "data.path=" + folder.resolve("x"));
    assertThat(gone.status()).as(gone.err()).isZero();
    Result both = eval("both", List.of(model, rows.toString()), "data.eval-path=" + rows);
    assertThat(both.status()).isEqualTo(2);
    assertThat(both.err())
        .isEqualTo(
            "farsight: --set data.eval-path: is not used here; the data is the argument DATA\n");
  }

  @Test
  void severalFilesAndGlobsAreData() throws IOException {
    List<String> lines = Files.readAllLines(rows);
    Path days = Files.createDirectory(folder.resolve("days"));
    Files.write(days.resolve("1.txt"), lines.subList(0, 700));
    Files.write(days.resolve("2.txt"), lines.subList(700, 1500));
    String model = folder.resolve("run/model").toString();
    assertThat(eval("one", List.of(model, rows.toString())).status()).isZero();
    List<List<String>> data =
        List.of(
            List.of(days.toString()),
            List.of(days + "/*.txt"),
            List.of(days.resolve("1.txt").toString(), days.resolve("2.txt").toString()));
    for (int i = 0; i < data.size(); i++) {
      var arguments = new ArrayList<>(List.of(model));
      arguments.addAll(data.get(i));
      assertThat(eval("some" + i, arguments).err()).isEmpty();
      assertThat(predictions("some" + i)).as("%s", arguments).isEqualTo(predictions("one"));
    }
  }

  @Test
  void whatDoesNotFitIsOneLine() throws IOException {
    String model = folder.resolve("run/model").toString();
    List<String> both = List.of(model, rows.toString());
    assertThat(eval("e", both, "data.criteo.transform=none").err())
        .isEqualTo(
            "farsight: %s: the model was made with other settings: farsight.data.criteo.transform was [log, standard], is none; set model.load-state = false to load its weights only\n"
                .formatted(model));
    assertThat(eval("e", both, "data.criteo.min-count=3").err())
        .contains("farsight.data.criteo.min-count was 2, is 3");
    assertThat(eval("e", both, "model.load=x").err())
        .isEqualTo(
            "farsight: --set model.load: is not used here; the model is the argument MODEL\n");
    assertThat(eval("e", both, "data.path=x").err())
        .isEqualTo("farsight: --set data.path: is not used here; the data is the argument DATA\n");
    assertThat(eval("e", List.of(model)).err()).contains("data.path").hasLineCount(1);
    assertThat(eval("e", List.of(rows.toString(), rows.toString())).err())
        .isEqualTo(
            "farsight: %s: is no folder of a model; with a configuration file, set data.path and model.load\n"
                .formatted(rows));
    assertThat(eval("e", List.of(folder.toString(), rows.toString())).err())
        .isEqualTo("farsight: %s: contains no model (model.json is missing)\n".formatted(folder));
    assertThat(folder.resolve("e")).doesNotExist();
  }

  @Test
  void everyRowIsExported() throws IOException {
    String model = folder.resolve("run/model").toString();
    Path npy = folder.resolve("npy");
    Result all = run("export", model, npy.toString(), "--all-rows");
    assertThat(all.out()).isEqualTo("all 4,026 rows exported to " + npy + "\n");
    assertThat(npy.resolve("rows/C26.index.npy")).hasSize(128 + 4 * 3001);
    assertThat(eval("a", List.of(model, rows.toString())).status()).isZero();
    assertThat(eval("b", List.of(npy.toString(), rows.toString())).err()).isEmpty();
    assertThat(predictions("b")).isEqualTo(predictions("a"));
    Path parquet = folder.resolve("parquet");
    Result some = run("export", model, parquet.toString(), "--format", "parquet");
    assertThat(some.out())
        .contains("rows never written are left out: they are not zero, but as initialised");
    assertThat(parquet.resolve("data/fitted.json"))
        .hasSameBinaryContentAs(folder.resolve("run/model/data/fitted.json"));
    assertThat(ConfigFactory.parseFile(parquet.resolve("model.json").toFile()).getValue("model"))
        .isEqualTo(
            ConfigFactory.parseFile(folder.resolve("run/model/model.json").toFile())
                .getValue("model"));
    assertThat(eval("c", List.of(parquet.toString(), rows.toString())).err())
        .isEqualTo(
            "farsight: %s: the model has its weights as parquet files, for other programs; only npy is read here\n"
                .formatted(parquet));
    assertThat(run("export", model, folder + "/x", "--all-rows", "--changed-since", model).err())
        .isEqualTo("farsight: --all-rows: is not possible together with --changed-since\n");
  }
}
