package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.FittedData;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Evaluation on files of their own: {@code data.eval-path}. What the model is given for a value
 * depends on the training part: rows are told apart by how often it has them, and its mean is
 * subtracted.
 */
class EvalPathRunTest {

  private static final int TRAIN_ROWS = 2000;
  private static final int EVAL_ROWS = 333;

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();
  private Path train;
  private Path eval;

  @BeforeEach
  void writeFiles() throws IOException {
    train = file("train.csv", 1, TRAIN_ROWS, 5);
    eval = file("eval.csv", 2, EVAL_ROWS, 9);
  }

  private Path file(String name, long seed, int rows, int meanPrice) throws IOException {
    var random = new Random(seed);
    var text = new StringBuilder("label,price,user\n");
    for (int row = 0; row < rows; row++) {
      int user = (int) Math.abs(random.nextGaussian() * 300);
      text.append(random.nextInt(3) < user % 3 ? 1 : 0);
      text.append(',').append(meanPrice + random.nextInt(20)).append(',').append(user).append('\n');
    }
    return Files.writeString(folder.resolve(name), text);
  }

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set(
            "data.source=csv",
            "data.path=" + train,
            "data.eval-path=" + eval,
            "data.csv.dense=[{ column = price, transform = standard }]",
            "data.csv.categorical=[{ column = user, rows = 5000, kind = integer, min-count = 3 }]",
            "optimizer.type=rowwise-adagrad",
            "cache.size=all",
            "model.save=true")
        .set(sets);
  }

  private static DataContext context(TestRun run, FittedData fitted) {
    var data = Settings.of("farsight.data", run.config().getConfig("data"));
    return new DataContext(data, data.section("csv"), 37, 5, 2, "a test", fitted);
  }

  private DataSource open(TestRun run) {
    return RunData.open(components.sources().get("csv"), context(run, null));
  }

  /** What the model is given for each sample of a pass. */
  private static List<List<Number>> samples(BatchSource opened) {
    var samples = new ArrayList<List<Number>>();
    try (BatchSource pass = opened) {
      var batch = new Batch(pass.schema(), 37, HostBuffers.plain());
      while (pass.next(batch)) {
        for (int s = 0; s < batch.samples(); s++) {
          samples.add(List.of(batch.labels().get(s), batch.dense().get(s), batch.indices(0)[s]));
        }
      }
    }
    return samples;
  }

  private Config evaluate(TestRun run) {
    Path directory = folder.resolve("eval-" + System.nanoTime());
    try (Trainer trainer =
        Trainer.openToEvaluate(run.config(), components, directory, RunListener.NONE)) {
      return trainer.evaluate().json();
    }
  }

  private static void assertSame(Config one, Config other, String... results) {
    for (String result : results) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  @Test
  void itsSamplesAreReadAsTheTrainingPartSays() throws IOException {
    Path fitted = Files.createDirectory(folder.resolve("fitted"));
    List<List<Number>> evaluated;
    try (DataSource data = open(run())) {
      assertThat(data.trainSamples()).isEqualTo(TRAIN_ROWS);
      assertThat(data.evalSamples()).isEqualTo(EVAL_ROWS);
      assertThat(samples(data.train(0))).hasSize(TRAIN_ROWS);
      evaluated = samples(data.eval());
      data.saveFitted(fitted);
    }
    TestRun alone = run("data.eval-path=null", "data.path=" + eval);
    try (DataSource data =
        RunData.open(
            components.sources().get("csv"),
            context(alone.set("data.eval-fraction=1"), new FittedData(fitted, false)))) {
      assertThat(samples(data.eval())).isEqualTo(evaluated).hasSize(EVAL_ROWS);
    }
    try (DataSource data = open(alone.set("data.eval-fraction=0"))) {
      assertThat(samples(data.train(0))).as("by themselves").isNotEqualTo(evaluated);
    }
  }

  /** Newer data adds rows to those told apart, which evaluation must tell apart too. */
  @Test
  void whatNewerTrainingDataAddsGoesForEvaluationToo() throws IOException {
    Path earlier = Files.createDirectory(folder.resolve("earlier"));
    Path more = Files.createDirectory(folder.resolve("more"));
    Path few = file("few.csv", 3, 300, 5);
    try (DataSource data = open(run("data.path=" + few))) {
      data.saveFitted(earlier);
    }
    var csv = components.sources().get("csv");
    List<List<Number>> evaluated;
    try (DataSource data = RunData.open(csv, context(run(), new FittedData(earlier, true)))) {
      data.saveFitted(more);
      evaluated = samples(data.eval());
    }
    TestRun alone = run("data.eval-path=null", "data.path=" + eval).set("data.eval-fraction=1");
    try (DataSource data = RunData.open(csv, context(alone, new FittedData(more, false)))) {
      assertThat(samples(data.eval())).isEqualTo(evaluated);
    }
    try (DataSource data = RunData.open(csv, context(alone, new FittedData(earlier, false)))) {
      assertThat(samples(data.eval())).as("by the earlier data").isNotEqualTo(evaluated);
    }
  }

  @Test
  void theRunIsThatOnBothFilesInOne() throws IOException {
    Path both = folder.resolve("both.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(train));
    lines.addAll(Files.readAllLines(eval).subList(1, EVAL_ROWS + 1));
    Files.write(both, lines);
    Config own = run().train().json();
    double share = (double) EVAL_ROWS / (TRAIN_ROWS + EVAL_ROWS);
    Config one =
        run("data.eval-path=null", "data.path=" + both, "data.eval-fraction=" + share)
            .train()
            .json();
    assertSame(own, one, "loss_sha256", "weights_sha256", "quality", "data");
    assertThat(own.getInt("data.train_samples")).isEqualTo(TRAIN_ROWS);
    assertThat(own.getInt("data.eval_samples")).isEqualTo(EVAL_ROWS);
    Config bags = run("data.multi-hot=[4]", "data.shuffle=300 samples").train().json();
    Config bagsOfOne =
        run("data.multi-hot=[4]", "data.shuffle=300 samples", "data.eval-path=null")
            .set("data.path=" + both, "data.eval-fraction=" + share)
            .train()
            .json();
    assertSame(bags, bagsOfOne, "loss_sha256", "weights_sha256", "quality", "data");
  }

  @Test
  void aStoppedRunIsTheWholeRunWhereverTheFilesLie() throws IOException {
    String[] sets = {
      "train.epochs=2",
      "train.eval-every=20",
      "checkpoint.every=15 steps",
      "checkpoint.keep=20",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = run("train.epochs=2", "train.eval-every=20").train().json();
    run(sets).set("train.max-steps=37").train();
    Path moved = Files.createDirectory(folder.resolve("moved")).resolve("test.csv");
    Files.move(eval, moved);
    Config resumed = run(sets).set("data.eval-path=" + moved).resume().json();
    assertSame(resumed, whole, "loss_sha256", "weights_sha256", "quality", "data");
    assertThat(
            new Verification(components, List.of(getClass().getClassLoader()), RunListener.NONE)
                .verify(
                    folder.resolve("checkpoints"),
                    OptionalLong.of(30),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
    file("eval.csv", 7, EVAL_ROWS, 9);
    assertThatThrownBy(run(sets)::resume)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data content was ");
  }

  /** What only evaluates does not look for the training files. */
  @Test
  void aModelIsEvaluatedWithoutItsTrainingFiles() throws IOException {
    TestRun training = run();
    Config trained = training.train().json();
    Path model = training.directory().resolve("model");
    Files.delete(train);
    Config again = evaluate(run("model.load=" + model));
    assertSame(again, trained, "quality", "data.eval_samples");
    assertSame(evaluate(run("model.load=" + model, "data.path=null")), trained, "quality");
    Config given =
        evaluate(
            run("model.load=" + model, "data.path=" + eval)
                .set("data.eval-path=null", "data.eval-fraction=1"));
    assertSame(given, trained, "quality", "data.eval_samples");
    assertThat(new SavedModel(model).configuration().sets("data.eval-path"))
        .as("recorded in the model")
        .isFalse();
  }

  @Test
  void columnsMayComeInAnotherOrder() throws IOException {
    Config before = run().train().json();
    var turned = new ArrayList<String>();
    for (String line : Files.readAllLines(eval)) {
      String[] fields = line.split(",", -1);
      turned.add(fields[2] + "," + fields[0] + "," + fields[1]);
    }
    Files.write(eval, turned);
    assertSame(run().train().json(), before, "quality");
  }

  @Test
  void whatIsWrongIsToldInALine() throws IOException {
    assertThatThrownBy(run("data.eval-path=" + folder.resolve("none.csv"))::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.data.eval-path")
        .hasMessageContaining("none.csv");
    assertThatThrownBy(run("data.eval-where.column=user")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("and data.eval-where both say what to evaluate; set one of them");
    Files.writeString(eval, "label,price\n1,2\n");
    assertThatThrownBy(run()::train)
        .hasMessageContaining("eval.csv:1: the header has no column user");
    Files.writeString(eval, "label,price,user\n1,2,x\n");
    assertThatThrownBy(run()::train)
        .hasMessageContaining("eval.csv:2: column user: 'x' is not a whole number");
  }

  /** Criteo's files say by their columns whether they have labels. */
  @Test
  void filesForEvaluationNeedLabels() throws IOException {
    String features = "\t1".repeat(13) + "\t0000000a".repeat(26);
    Files.writeString(train, ("1" + features + "\n").repeat(50));
    Files.writeString(eval, (features.substring(1) + "\n").repeat(10));
    TestRun run =
        new TestRun(folder)
            .set("data.source=criteo", "data.path=" + train, "data.eval-path=" + eval)
            .set("data.criteo.cardinalities=[" + "9,".repeat(25) + "9]", "cache.size=all");
    assertThatThrownBy(run::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("has no labels, unlike data.path");
    Files.writeString(eval, ("0" + features + "\n").repeat(10));
    assertThat(run.train().json().getInt("data.eval_samples")).isEqualTo(10);
  }
}
