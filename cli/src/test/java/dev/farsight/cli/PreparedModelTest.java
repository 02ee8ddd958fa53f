package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is that of the source, whether it was trained on the source or on prepared data. */
class PreparedModelTest {

  private static final String TRAINING =
      """
      farsight {
        data { batch-size = 64, eval-fraction = 0.2 }
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
            { column = user, ids = vocabulary, kind = integer }
            { column = tags, rows = 40, kind = string, separator = "|", max-lookups = 4 }
            { column = seen, rows = 60, kind = integer, separator = " ", max-lookups = 5, pooling = mean, min-count = 1 }
          ]
        }
      }
      """;

  private static final String CARDINALITIES = Collections.nCopies(26, 60).toString();

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

  private Path conf(String name, String more) throws IOException {
    return Files.writeString(folder.resolve(name), TRAINING + more);
  }

  private Path csv(String name, int rows, int seed) throws IOException {
    var random = new Random(seed);
    String lines =
        IntStream.range(0, rows)
            .mapToObj(
                row ->
                    String.join(
                        ",",
                        "" + random.nextInt(2),
                        random.nextInt(5) == 0 ? "" : "" + random.nextInt(90),
                        "" + random.nextInt(200),
                        bag(random, "|", "t"),
                        bag(random, " ", "")))
            .collect(Collectors.joining("\n"));
    return Files.writeString(folder.resolve(name), "label,age,user,tags,seen\n" + lines + "\n");
  }

  private static String bag(Random random, String separator, String prefix) {
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(i -> prefix + random.nextInt(90))
        .collect(Collectors.joining(separator));
  }

  private Path criteo(String name) throws IOException {
    Path rows = folder.resolve(name);
    Path synth =
        conf(
            "synth.conf",
            "farsight.data.synthetic { rows = 1200, cardinalities = " + CARDINALITIES + " }");
    assertThat(run(List.of("data", "synth", synth.toString(), "--out", rows.toString())).err())
        .isEmpty();
    return rows;
  }

  private static String criteoConf(Path rows) {
    return """
    farsight.data {
      source = criteo, path = "%s"
      criteo { cardinalities = %s, min-count = 3, transform = [log, standard], buckets = true }
    }
    """
        .formatted(rows, CARDINALITIES);
  }

  private Path prepare(Path conf, String out, String... more) {
    Path prepared = folder.resolve(out);
    var args =
        new ArrayList<>(List.of("data", "prepare", conf.toString(), "--out", prepared.toString()));
    args.addAll(List.of("--part-rows", "500"));
    args.addAll(List.of(more));
    assertThat(run(args).err()).isEmpty();
    return prepared;
  }

  private Path train(String name, Path conf, String... sets) {
    Result trained = tryToRun(name, List.of("train", conf.toString()), sets);
    assertThat(trained.err()).isEmpty();
    return folder.resolve(name);
  }

  private Path trainOn(Path prepared, String name, Path conf, String... sets) {
    var all = new ArrayList<>(List.of("data.source=npy", "data.path=" + prepared));
    all.addAll(List.of(sets));
    return train(name, conf, all.toArray(String[]::new));
  }

  private Result tryToRun(String name, List<String> command, String... sets) {
    var args = new ArrayList<>(command);
    args.addAll(List.of("--set", "run.directory=" + folder.resolve(name)));
    for (String set : sets) {
      args.addAll(List.of("--set", set));
    }
    return run(args);
  }

  private Result tryToEvaluate(Path model, String name, Path... data) {
    var command = new ArrayList<>(List.of("eval", model.toString()));
    List.of(data).forEach(path -> command.add(path.toString()));
    return tryToRun(name, command);
  }

  /** The quality and the predictions of all rows. */
  private List<Object> evaluated(Path model, String name, Path... data) throws IOException {
    Result result = tryToEvaluate(model, name, data);
    assertThat(result.err()).isEmpty();
    return result(name);
  }

  private List<Object> result(String name) throws IOException {
    Path predictions = folder.resolve(name).resolve("predictions.npy");
    return List.of(
        json(name).getConfig("quality"), List.of(Files.readString(predictions, ISO_8859_1)));
  }

  private Config json(String name) {
    return ConfigFactory.parseFile(folder.resolve(name).resolve("report.json").toFile());
  }

  private static Config described(Path run) {
    return ConfigFactory.parseFile(run.resolve("model/model.json").toFile()).getConfig("model");
  }

  /** Trains on text and on what is prepared of it; all four evaluations are the same. */
  private void requireSameModel(Path text, String source, String... sets) throws IOException {
    Path conf = conf("my.conf", source);
    var preparing = new ArrayList<String>();
    List.of(sets).forEach(set -> preparing.addAll(List.of("--set", set)));
    Path prepared = prepare(conf, "prepared", preparing.toArray(String[]::new));
    Path ofText = train("of-text", conf, sets);
    Path ofPrepared = trainOn(prepared, "of-prepared", conf);
    assertThat(described(ofPrepared)).isEqualTo(described(ofText));
    List<Object> expected = evaluated(ofText, "text-text", text);
    assertThat(expected.toString()).contains("auroc", "logloss");
    assertThat(evaluated(ofText, "text-prepared", prepared)).isEqualTo(expected);
    assertThat(evaluated(ofPrepared, "prepared-text", text)).isEqualTo(expected);
    assertThat(evaluated(ofPrepared, "prepared-prepared", prepared)).isEqualTo(expected);
    assertThat(evaluated(ofText, "its-manifest", prepared.resolve("manifest.json")))
        .isEqualTo(expected);
    // A configuration in place of a model's own settings, for the part that was held out.
    Path npy =
        conf("npy.conf", "farsight.data { source = npy, path = \"%s\" }".formatted(prepared));
    String load = "model.load=" + ofText.resolve("model");
    assertThat(tryToRun("held-out", List.of("eval", npy.toString()), load).err()).isEmpty();
    assertThat(json("held-out").getConfig("quality"))
        .isEqualTo(json("of-text").getConfig("quality"))
        .isEqualTo(json("of-prepared").getConfig("quality"));
  }

  @Test
  void ofCsvWithBagsAndAVocabulary() throws IOException {
    Path rows = csv("rows.csv", 1300, 1);
    requireSameModel(rows, CSV.formatted(rows));
  }

  @Test
  void ofCriteo() throws IOException {
    Path rows = criteo("rows.txt");
    requireSameModel(rows, criteoConf(rows));
  }

  /** Bags that are made of samples are made before these are prepared. */
  @Test
  void ofCriteoWithBagsThatAreMade() throws IOException {
    Path rows = criteo("rows.txt");
    String bags = IntStream.range(0, 26).mapToObj(f -> "" + (1 + f % 3)).toList().toString();
    requireSameModel(
        rows, criteoConf(rows).replace(", buckets = true", ""), "data.multi-hot=" + bags);
  }

  /** How samples were divided is of the model too, whichever data it was trained on. */
  @Test
  void theSplitIsRecorded() throws IOException {
    Path rows = csv("rows.csv", 900, 9);
    String where = "farsight.data.eval-where { column = age, at-least = 70 }";
    Path conf = conf("my.conf", CSV.formatted(rows) + where);
    Path prepared = prepare(conf, "prepared");
    Path ofText = train("of-text", conf);
    Path ofPrepared = trainOn(prepared, "of-prepared", conf, "data.eval-where.column=null");
    assertThat(described(ofPrepared)).isEqualTo(described(ofText));
    for (Path model : List.of(ofText, ofPrepared)) {
      String again = "again-" + model.getFileName();
      var evaluated = tryToRun(again, List.of("eval", model.toString()), "data.path=" + rows);
      assertThat(evaluated.err()).isEmpty();
      assertThat(json(again).getConfig("quality")).isEqualTo(json("of-text").getConfig("quality"));
    }
    // All prepared samples for training, whatever was prepared for evaluation.
    Path all =
        trainOn(prepared, "all", conf, "data.eval-where.column=null", "data.eval-fraction=0");
    assertThat(described(all).getInt("settings.data.eval-fraction")).isZero();
    assertThat(described(all).hasPath("settings.data.eval-where.column")).isFalse();
  }

  @Test
  void ofPreparedDataThatIsPreparedAgain() throws IOException {
    Path rows = csv("rows.csv", 900, 2);
    Path conf = conf("my.conf", CSV.formatted(rows));
    Path once = prepare(conf, "once");
    Path twice = prepare(conf, "twice", "--set", "data.source=npy", "--set", "data.path=" + once);
    Config first = ConfigFactory.parseFile(once.resolve("manifest.json").toFile());
    Config second = ConfigFactory.parseFile(twice.resolve("manifest.json").toFile());
    assertThat(second.getString("source.name")).isEqualTo("csv");
    assertThat(second.getConfig("source.settings.csv"))
        .isEqualTo(first.getConfig("source.settings.csv"));
    Path model = train("run", conf);
    assertThat(evaluated(model, "on-twice", twice)).isEqualTo(evaluated(model, "on-text", rows));
  }

  @Test
  void otherValuesThatWereFoundOutAreRefused() throws IOException {
    Path conf = conf("my.conf", CSV.formatted(csv("rows.csv", 900, 3)));
    Path model = train("run", conf);
    Path newer = csv("newer.csv", 500, 4);
    Path newerConf = conf("newer.conf", CSV.formatted(newer));
    Path anew = prepare(newerConf, "anew");
    assertThat(tryToEvaluate(model, "refused", anew).err())
        .startsWith("farsight: " + anew)
        .endsWith(
            "the data was prepared with other means or vocabularies than the model was trained with; prepare it with those of the model (data prepare --fitted MODEL)\n");
    Path fitting = prepare(newerConf, "fitting", "--fitted", model.toString());
    assertThat(evaluated(model, "on-fitting", fitting))
        .isEqualTo(evaluated(model, "on-newer", newer));
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    Path rows = csv("rows.csv", 600, 5);
    Path model = train("run", conf("my.conf", CSV.formatted(rows)));
    Path other =
        prepare(conf("other.conf", CSV.formatted(rows).replace("[log, standard]", "log")), "other");
    assertThat(tryToEvaluate(model, "refused", other).err())
        .contains("the model was made with other settings: farsight.data.csv")
        .contains("transform was [log, standard], is log");
    Path criteo = prepare(conf("criteo.conf", criteoConf(criteo("rows.txt"))), "criteo");
    assertThat(tryToEvaluate(model, "refused", criteo).err())
        .contains("farsight.data.source was csv, is criteo;");
    assertThat(tryToEvaluate(model, "refused", other, rows).err())
        .contains("names a part of prepared data, or other files too; name its folders alone");
  }

  @Test
  void aRunGoesOnOnlyOnWhatItBeganWith() throws IOException {
    Path conf = conf("my.conf", CSV.formatted(csv("rows.csv", 900, 6)));
    Path prepared = prepare(conf, "prepared");
    String[] checkpoints = {"checkpoint.every=5 steps", "train.max-steps=7"};
    train("of-text", conf, checkpoints);
    trainOn(prepared, "of-prepared", conf, checkpoints);
    String[] npy = {"data.source=npy", "data.path=" + prepared};
    List<String> resume = List.of("train", conf.toString(), "--resume");
    String rest =
        "; resume with the data and settings that it began with, or start a new run elsewhere\n";
    assertThat(tryToRun("of-text", resume, npy).err())
        .endsWith(": belongs to another run: data.source was \"csv\", is \"npy\"" + rest);
    assertThat(tryToRun("of-prepared", resume).err())
        .endsWith(": belongs to another run: data.source was \"npy\", is \"csv\"" + rest);
    assertThat(tryToRun("of-prepared", resume, npy).err()).isEmpty();
    assertThat(described(folder.resolve("of-prepared")).getString("settings.data.source"))
        .isEqualTo("csv");
  }

  @Test
  void severalFoldersAreOne() throws IOException {
    String source =
        CSV.replace(", standard", "")
            .replace("min-count = 2", "")
            .replace(", ids = vocabulary", ", rows = 70");
    Path first = csv("day_1.csv", 700, 7);
    Path second = csv("day_2.csv", 400, 8);
    Path conf = conf("my.conf", source.formatted(first));
    prepare(conf, "day_1", "--set", "data.eval-fraction=0");
    prepare(conf, "day_2", "--set", "data.eval-fraction=0", "--set", "data.path=" + second);
    train("of-text", conf, "data.path=[\"%s\", \"%s\"]".formatted(first, second));
    Path model = trainOn(folder.resolve("day_?"), "of-folders", conf);
    for (String result : List.of("loss_sha256", "weights_sha256", "quality.auroc")) {
      assertThat(json("of-folders").getValue(result)).isEqualTo(json("of-text").getValue(result));
    }
    assertThat(evaluated(model, "on-folders", folder.resolve("day_1"), folder.resolve("day_2")))
        .isEqualTo(evaluated(model, "on-texts", first, second));
    prepare(
        conf("other.conf", source.formatted(second).replace("rows = 60", "rows = 61")), "day_3");
    assertThat(
            tryToRun(
                    "refused",
                    List.of("train", conf.toString()),
                    "data.source=npy",
                    "data.path=" + folder.resolve("day_?"))
                .err())
        .isEqualTo(
            "farsight: %s: cannot be read together with %s: data.csv.categorical[3].rows is 61 here, and 60 there; prepare the data with the same settings, and --fitted %<s%n"
                .formatted(folder.resolve("day_3"), folder.resolve("day_1")));
  }
}
