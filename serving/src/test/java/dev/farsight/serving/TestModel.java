package dev.farsight.serving;

import com.typesafe.config.Config;
import dev.farsight.api.config.Settings;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.NpyReader;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.plugin.Plugins;
import dev.farsight.engine.predict.Predictor;
import dev.farsight.serving.model.ServedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A small model trained on a file with two dense columns, a one-hot feature and a bag with weights;
 * its rows, and the logits that an evaluation gives them.
 */
final class TestModel {

  static final int ROWS = 600;

  /**
   * A row of the file.
   *
   * @param tags of the bag, with their weights
   */
  record Row(String x, String y, String user, List<String> tags, List<String> scores) {}

  final Path model;
  final List<Row> rows;
  final float[] logits;

  private TestModel(Path model, List<Row> rows, float[] logits) {
    this.model = model;
    this.rows = rows;
    this.logits = logits;
  }

  static TestModel train(Path folder) throws IOException {
    List<Row> rows = rows();
    Path data = write(folder, rows);
    Path run = folder.resolve("run");
    train(data, run);
    return new TestModel(
        run.resolve("model"), rows, evaluate(data, run, folder.resolve("evaluation")));
  }

  static List<Row> rows() {
    var random = new SplittableRandom(25);
    return IntStream.range(0, ROWS).mapToObj(r -> row(random)).toList();
  }

  static Path write(Path folder, List<Row> rows) throws IOException {
    Path data = folder.resolve("data.csv");
    String lines =
        rows.stream()
            .map(
                row ->
                    String.join(
                        ",",
                        row.tags.size() > 1 ? "1" : "0",
                        row.x,
                        row.y,
                        row.user,
                        String.join("|", row.tags),
                        String.join("|", row.scores)))
            .collect(Collectors.joining("\n"));
    return Files.writeString(data, "label,x,y,user,tags,scores\n" + lines + "\n");
  }

  private static Row row(SplittableRandom random) {
    int tags = random.nextInt(4);
    return new Row(
        random.nextInt(9) == 0 ? "" : "" + random.nextInt(900) / 4.0,
        "" + random.nextInt(50),
        random.nextInt(9) == 0 ? "" : "user-" + random.nextInt(30),
        IntStream.range(0, tags).mapToObj(i -> "" + random.nextInt(40)).toList(),
        IntStream.range(0, tags).mapToObj(i -> "" + random.nextInt(1, 9) / 4.0).toList());
  }

  static FarsightConfig config(Path data) {
    return FarsightConfig.defaults()
        .set(
            List.of(
                "data.source=csv",
                "data.path=" + data,
                "data.batch-size=50",
                "data.csv.dense=[x, y]",
                "data.csv.categorical=[{column = user, rows = 23, kind = string},"
                    + " {column = tags, rows = 31, kind = integer, separator = \"|\","
                    + " max-lookups = 4, weights = scores}]",
                "cache.size=all",
                "model.embedding-dim=6",
                "model.dlrm.bottom-mlp=[8]",
                "model.dlrm.top-mlp=[12]",
                "model.save=true",
                "train.seed=5"));
  }

  static Components components() {
    return Plugins.load(TestModel.class.getClassLoader()).components();
  }

  static Config resolve(FarsightConfig config) {
    return config.resolve(List.of(TestModel.class.getClassLoader()));
  }

  private static void train(Path data, Path run) {
    Config config = resolve(config(data).set(List.of("data.eval-fraction=0")));
    try (Trainer trainer = Trainer.open(config, components(), run, RunListener.NONE)) {
      trainer.train();
    }
  }

  private static float[] evaluate(Path data, Path run, Path target) {
    Config config =
        resolve(
            config(data)
                .set(List.of("data.eval-fraction=1", "model.load=" + run.resolve("model"))));
    try (Trainer trainer = Trainer.openToEvaluate(config, components(), target, RunListener.NONE)) {
      trainer.evaluate();
    }
    try (NpyReader npy = NpyReader.open(target.resolve("predictions.npy"), "<f4", null)) {
      var logits = new float[(int) (long) npy.shape().get(0)];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = npy.nextFloat();
      }
      return logits;
    }
  }

  /** The section of settings, on free ports. */
  Config settings(String... sets) {
    List<String> all =
        new ArrayList<>(List.of("serving.port=0", "serving.grpc-port=0", "serving.threads=2"));
    all.addAll(Arrays.asList(sets));
    return resolve(Predictor.configuration(model).set(all));
  }

  FarsightServer start(String... sets) {
    Config farsight = settings(sets);
    var settings = ServingSettings.of(Settings.of("farsight", farsight));
    return FarsightServer.start(settings, served(farsight, settings));
  }

  ServedModel served(Config farsight, ServingSettings settings) {
    Predictor predictor = Predictor.open(farsight, components(), model);
    return new ServedModel(settings.name(), predictor, settings.queue(), Duration.ofMillis(1));
  }

  /** A request with rows as raw fields, in JSON. */
  String rawJson(int from, int to, String more) {
    return rawJson(rows, from, to, more);
  }

  /** A request with rows as raw fields, in JSON. */
  static String rawJson(List<Row> rows, int from, int to, String more) {
    List<Row> some = rows.subList(from, to);
    String tags =
        some.stream().flatMap(row -> row.tags.stream()).map(TestModel::quoted).collect(joined());
    String scores =
        some.stream().flatMap(row -> row.scores.stream()).map(TestModel::quoted).collect(joined());
    return "{"
        + more
        + "\"inputs\":["
        + input("x", some.stream().map(row -> quoted(row.x)).collect(joined()), some.size())
        + ","
        + input("y", some.stream().map(row -> quoted(row.y)).collect(joined()), some.size())
        + ","
        + input("user", some.stream().map(row -> quoted(row.user)).collect(joined()), some.size())
        + ","
        + input("tags", tags, offsets(rows, from, to)[to - from])
        + ","
        + input("scores", scores, offsets(rows, from, to)[to - from])
        + ","
        + offsets(rows, "tags", from, to)
        + ","
        + offsets(rows, "scores", from, to)
        + "]}";
  }

  /** Where the tags of each row begin. */
  int[] offsets(int from, int to) {
    return offsets(rows, from, to);
  }

  private static int[] offsets(List<Row> rows, int from, int to) {
    var offsets = new int[to - from + 1];
    for (int r = from; r < to; r++) {
      offsets[r - from + 1] = offsets[r - from] + rows.get(r).tags.size();
    }
    return offsets;
  }

  private static String offsets(List<Row> rows, String name, int from, int to) {
    return "{\"name\":\"%s.offsets\",\"datatype\":\"INT64\",\"shape\":[%d],\"data\":%s}"
        .formatted(name, to - from + 1, Arrays.toString(offsets(rows, from, to)));
  }

  private static String input(String name, String values, int count) {
    return "{\"name\":\"%s\",\"datatype\":\"BYTES\",\"shape\":[%d],\"data\":[%s]}"
        .formatted(name, count, values);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(",");
  }
}
