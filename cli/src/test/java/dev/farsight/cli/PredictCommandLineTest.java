package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.data.SampleEncoder;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.predict.Predictor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code predict} writes what {@code eval} computes, to the bit, with columns of the data. */
class PredictCommandLineTest {

  private static final int NPY_HEADER = 128;

  private static final String CARDINALITIES =
      "data.criteo.cardinalities=[" + "40,".repeat(25) + "3000]";

  private static final List<String> TINY =
      List.of(
          "model.embedding-dim=4",
          "model.dlrm.bottom-mlp=[8]",
          "model.dlrm.top-mlp=[8]",
          "cache.size=all",
          "compute.threads=1",
          "data.batch-size=64");

  @TempDir Path folder;

  /** What a command line printed and returned. */
  private record Result(int status, String out, String err) {}

  private static Result run(List<String> args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.empty(), 0);
      status =
          Main.run(environment, new Interrupt(), outStream, errStream, args.toArray(String[]::new));
    }
    return new Result(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Result must(List<String> args) {
    Result result = run(args);
    assertThat(result.err()).as("%s", args).isEmpty();
    assertThat(result.status()).isZero();
    return result;
  }

  private static List<String> with(List<String> args, List<String> sets) {
    var all = new ArrayList<>(args);
    sets.forEach(set -> all.addAll(List.of("--set", set)));
    return all;
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  /** The logits that an evaluation writes. */
  private byte[] evaluated(String name, String model, Path data, String... sets)
      throws IOException {
    var all = new ArrayList<>(List.of("run.directory=" + at(name), "cache.size=all"));
    all.addAll(List.of(sets));
    must(with(List.of("eval", model, data.toString()), all));
    return Files.readAllBytes(folder.resolve(name).resolve("predictions.npy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void logitsAreThoseOfEval(String store) throws IOException {
    Path rows = folder.resolve("rows.txt");
    must(List.of("data", "synth", "--out", rows.toString(), "--rows", "10000"));
    var sets = new ArrayList<>(TINY);
    sets.addAll(
        List.of(
            "data.source=criteo",
            "data.path=" + rows,
            CARDINALITIES,
            "data.criteo.transform=[log, standard]",
            "data.criteo.min-count=2",
            "data.eval-fraction=0.5",
            "storage.backend=" + store,
            "checkpoint.every=30 steps",
            "run.directory=" + at("run")));
    Path conf = Files.writeString(folder.resolve("empty.conf"), "farsight {}");
    must(with(List.of("train", conf.toString()), sets));

    byte[] ofModel = evaluated("of model", at("run/model"), rows);
    for (String model : List.of("run", "run/model")) {
      String out = at(model.replace('/', '-') + ".npy");
      Result result =
          must(List.of("predict", at(model), rows.toString(), "--out", out, "--logits"));
      assertThat(result.out()).endsWith("10,000 rows predicted, in " + out + "\n");
      assertThat(Files.readAllBytes(Path.of(out))).isEqualTo(ofModel);
    }

    var prepare = new ArrayList<>(sets);
    prepare.removeIf(set -> set.startsWith("run.directory"));
    must(
        with(
            List.of(
                "data", "prepare", conf.toString(), "--out", at("prepared"), "--fitted", at("run")),
            prepare));
    must(List.of("predict", at("run"), at("prepared"), "--out", at("prepared.npy"), "--logits"));
    assertThat(Files.readAllBytes(folder.resolve("prepared.npy"))).isEqualTo(ofModel);

    must(List.of("export", at("run/checkpoints"), at("exported"), "--all-rows"));
    byte[] ofCheckpoint = evaluated("of checkpoint", at("exported"), rows);
    must(
        List.of(
            "predict",
            at("run/checkpoints"),
            rows.toString(),
            "--logits",
            "--out",
            at("checkpoint.npy"),
            "--set",
            "serving.threads=3",
            "--set",
            "serving.batch.size=77"));
    assertThat(Files.readAllBytes(folder.resolve("checkpoint.npy"))).isEqualTo(ofCheckpoint);

    sets.removeIf(set -> set.startsWith("run.directory") || set.startsWith("data.path"));
    must(
        with(
            List.of(
                "predict",
                conf.toString(),
                "--model",
                at("run"),
                "--in",
                rows.toString(),
                "--out",
                at("conf.scores"),
                "--format",
                "npy"),
            sets.stream().filter(set -> !set.startsWith("data.eval-fraction")).toList()));
    float[] logits = floats(ofModel);
    float[] probabilities = floats(Files.readAllBytes(folder.resolve("conf.scores")));
    assertThat(probabilities).hasSameSizeAs(logits);
    for (int s = 0; s < logits.length; s++) {
      assertThat(probabilities[s]).isEqualTo((float) (1 / (1 + Math.exp(-logits[s]))));
    }
  }

  private static float[] floats(byte[] npy) {
    var buffer = ByteBuffer.wrap(npy, NPY_HEADER, npy.length - NPY_HEADER).slice();
    var values = new float[buffer.remaining() / Float.BYTES];
    buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static final String COLUMNS =
      """
      dense = [x]
      categorical = [
        { column = user, ids = vocabulary, kind = string, min-count = 2 }
        { column = tags, rows = 31, kind = integer, %smax-lookups = 5 }
      ]
      """;

  /** Rows of csv with ids that need quotes, bags, and a few that are malformed. */
  private Path csv(long seed, List<String> ids) throws IOException {
    var random = new SplittableRandom(seed);
    var text = new StringBuilder("id,label,x,user,tags\n");
    for (int r = 0; r < 2000; r++) {
      boolean bad = random.nextInt(50) == 0;
      String id = random.nextInt(9) == 0 ? "\u00e9, \"" + r + '"' : "n" + r;
      String tags = "1|2|3|4|5".substring(0, random.nextInt(5) * 2 + 1);
      text.append('"').append(id.replace("\"", "\"\"")).append("\",");
      text.append(random.nextInt(2)).append(',').append(bad ? "?" : random.nextInt(9)).append(',');
      text.append("u").append(random.nextInt(40)).append(',').append(tags).append('\n');
      if (!bad) {
        ids.add(id + "/" + tags);
      }
    }
    return Files.writeString(folder.resolve("rows.csv"), text);
  }

  @Test
  void columnsAreCopied() throws IOException {
    long seed = System.nanoTime();
    var ids = new ArrayList<String>();
    Path rows = csv(seed, ids);
    Path conf =
        Files.writeString(
            folder.resolve("csv.conf"),
            "farsight.data { source = csv, on-bad-row = skip, csv { %s } }"
                .formatted(COLUMNS.formatted("separator = \"|\", ")));
    var sets = new ArrayList<>(TINY);
    sets.addAll(List.of("data.path=" + rows, "run.directory=" + at("run")));
    must(with(List.of("train", conf.toString()), sets));
    float[] logits = floats(evaluated("eval", at("run"), rows, "data.on-bad-row=skip"));
    Result result =
        must(
            List.of(
                "predict",
                at("run"),
                rows.toString(),
                "--columns",
                "id,tags",
                "--logits",
                "--out",
                at("scores.csv")));
    assertThat(result.out())
        .contains("bad rows: " + (2000 - ids.size()) + " left out\n")
        .endsWith("%,d rows predicted, in %s\n".formatted(ids.size(), at("scores.csv")));
    List<String> lines = Files.readAllLines(folder.resolve("scores.csv"));
    assertThat(lines.get(0)).isEqualTo("id,tags,logit,probability");
    assertThat(lines).as("seed %d", seed).hasSize(1 + logits.length).hasSize(1 + ids.size());
    for (int s = 0; s < logits.length; s++) {
      String[] of = ids.get(s).split("/", -1);
      String id = of[0].startsWith("n") ? of[0] : '"' + of[0].replace("\"", "\"\"") + '"';
      float probability = (float) (1 / (1 + Math.exp(-logits[s])));
      assertThat(lines.get(1 + s))
          .as("seed %d", seed)
          .isEqualTo(id + "," + of[1] + "," + logits[s] + "," + probability);
    }
    encodersScoreTheSame(folder.resolve("run/model"), ids.size(), logits);
    modelOfPreparedData(conf, rows, ids.size());
    parquetIsReadAndWritten(rows, logits);
  }

  /** A model of prepared data has the encoder of the source that was prepared. */
  private void modelOfPreparedData(Path conf, Path rows, int samples) throws IOException {
    var sets = new ArrayList<>(TINY);
    must(
        with(
            List.of("data", "prepare", conf.toString(), "--out", at("prepared")),
            List.of("data.path=" + rows)));
    sets.addAll(
        List.of("data.source=npy", "data.path=" + at("prepared"), "run.directory=" + at("run3")));
    Path any = Files.writeString(folder.resolve("any.conf"), "farsight {}");
    must(with(List.of("train", any.toString()), sets));
    float[] logits = floats(evaluated("eval3", at("run3"), rows, "data.on-bad-row=skip"));
    encodersScoreTheSame(folder.resolve("run3/model"), samples, logits);
  }

  /** Encodes the well-formed rows of csv, whose fields have no commas but in the ids. */
  private void encodersScoreTheSame(Path model, int samples, float[] expected) throws IOException {
    var settings = Predictor.configuration(model).set("serving.batch.size=100");
    try (var plugins = Plugins.load(getClass().getClassLoader(), settings);
        var predictor =
            Predictor.open(settings.resolve(plugins.loaders()), plugins.components(), model)) {
      SampleEncoder encoder = predictor.encoder().orElseThrow();
      assertThat(encoder.fieldNames()).containsExactlyInAnyOrder("x", "user", "tags");
      var batch = predictor.newBatch();
      var logits = new float[predictor.batchSize()];
      var all = new ArrayList<Float>();
      int filled = 0;
      encoder.begin(batch);
      for (String line : Files.readAllLines(folder.resolve("rows.csv"))) {
        String[] fields = line.substring(line.lastIndexOf('"') + 2).split(",", -1);
        if (fields.length < 4 || fields[1].equals("?") || line.startsWith("id,")) {
          continue;
        }
        encoder.set("x", fields[1]);
        encoder.set("user", fields[2]);
        for (String tag : fields[3].split("\\|", -1)) {
          encoder.add("tags", tag);
        }
        encoder.endSample();
        filled++;
        if (filled == batch.capacity() || all.size() + filled == samples) {
          encoder.end();
          filled = 0;
          predictor.logits(batch, logits);
          for (int s = 0; s < batch.samples(); s++) {
            all.add(logits[s]);
          }
          encoder.begin(batch);
        }
      }
      assertThat(all).hasSize(samples);
      for (int s = 0; s < samples; s++) {
        assertThat(all.get(s)).isEqualTo(expected[s]);
      }
    }
  }

  /** Writes the columns to a parquet file of scores, which is data to train on then. */
  private void parquetIsReadAndWritten(Path rows, float[] logits) throws IOException {
    String data = at("scores.parquet");
    must(
        List.of(
            "predict",
            at("run"),
            rows.toString(),
            "--columns",
            "id,label,x,user",
            "--logits",
            "--out",
            data));
    Path conf =
        Files.writeString(
            folder.resolve("parquet.conf"),
            "farsight.data { source = parquet, parquet { dense = [logit], transform = none, categorical = [{ column = user, rows = 9, kind = string }] } }");
    var sets = new ArrayList<>(TINY);
    sets.addAll(List.of("data.path=" + data, "run.directory=" + at("run2")));
    must(with(List.of("train", conf.toString()), sets));
    byte[] expected = evaluated("eval2", at("run2"), Path.of(data));
    must(List.of("predict", at("run2"), data, "--out", at("two.npy"), "--logits"));
    assertThat(Files.readAllBytes(folder.resolve("two.npy"))).isEqualTo(expected);
    must(List.of("predict", at("run2"), data, "--out", at("two.csv"), "--columns", "logit,user"));
    List<String> lines = Files.readAllLines(folder.resolve("two.csv"));
    for (int s = 0; s < logits.length; s++) {
      assertThat(Float.parseFloat(lines.get(1 + s).split(",", -1)[0])).isEqualTo(logits[s]);
    }
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    Path data = csv(1, new ArrayList<>());
    Path conf =
        Files.writeString(
            folder.resolve("tiny.conf"),
            "farsight.data.synthetic { rows = 500, cardinalities = [9] }");
    var sets = new ArrayList<>(TINY);
    sets.add("run.directory=" + at("run"));
    must(with(List.of("train", conf.toString()), sets));
    String run = at("run");
    wrong(
        "gone: there is no such folder; name a run that has ended, its model, or a checkpoint",
        "predict",
        "gone",
        "--out",
        at("a.csv"));
    wrong("which model? farsight predict MODEL DATA --out FILE", "predict", "--out", at("a.csv"));
    wrong(
        "--out: " + data + " already exists; choose another name, or delete it",
        "predict",
        run,
        "--out",
        data.toString());
    wrong(
        "--out: a.txt does not tell the format; let it end in .csv, .npy, .parquet, or give --format",
        "predict",
        run,
        "--out",
        at("a.txt"));
    wrong(
        "format cvs is none of csv, npy, parquet; did you mean csv?",
        "predict",
        run,
        "--out",
        at("a.txt"),
        "--format",
        "cvs");
    wrong(
        "npy has room for scores alone, not for id; choose another format, such as csv",
        "predict",
        run,
        "--out",
        at("a.npy"),
        "--columns",
        "id");
    wrong(
        "data.source = synthetic has no fields whose text could be copied, such as id",
        "predict",
        run,
        "--out",
        at("a.csv"),
        "--columns",
        "id");
    wrong(
        "two columns would be named id",
        "predict",
        run,
        "--out",
        at("a.csv"),
        "--columns",
        "id,id");
    wrong(
        conf
            + ": is no folder of a model; if it is a configuration file, name the model with --model and the data with --in",
        "predict",
        conf.toString(),
        "--out",
        at("a.csv"));
    wrong(
        "--model: needs one configuration file before it, and data by --in: farsight predict CONF --model MODEL --in DATA --out FILE",
        "predict",
        "--model",
        run,
        "--out",
        at("a.csv"));
    wrong(
        "--in: is for --model; with the argument MODEL, DATA follows it",
        "predict",
        run,
        "--in",
        "x",
        "--out",
        at("a.csv"));
    must(List.of("predict", run, "--out", at("b.csv")));
    must(List.of("predict", run, "--out", at("new/b.csv")));
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("rows.csv", "tiny.conf", "run", "b.csv", "new");
    }
  }

  private static void wrong(String line, String... args) {
    Result result = run(List.of(args));
    assertThat(result.err()).isEqualTo("farsight: " + line + "\n");
    assertThat(result.status()).isEqualTo(2);
  }
}
