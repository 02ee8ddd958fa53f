package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.EvaluationBegun;
import dev.farsight.engine.event.RunControl;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.RunStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluations at ends of epochs. An epoch has 28 steps, the last of them smaller. */
class EpochEvaluationTest {

  private static final int EPOCH = 28;

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set("cache.size=\"10%\"", "data.synthetic.rows=1190", "train.epochs=4")
        .set("optimizer.type=rowwise-adagrad", "train.eval-every=1 epoch", "report.gauc=C2")
        .set(sets);
  }

  private TestRun checkpointed(String... sets) {
    return run(sets).set("checkpoint.directory=" + folder.resolve("checkpoints"));
  }

  /** The lines of evaluations. */
  private static List<String> evaluations(TestRun run) throws IOException {
    return Files.readAllLines(run.directory().resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("auroc"))
        .toList();
  }

  private static List<Long> steps(List<String> evaluations) {
    return evaluations.stream()
        .map(line -> Long.parseLong(line.replaceAll("\\{\"step\":(\\d+),.*", "$1")))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 epoch    | 0   | 28 56 84 112
          2 epochs   | 0   | 56 112
          3 epochs   | 0   | 84 112
          9 epochs   | 0   | 112
          1 epoch    | 56  | 28 56
          1 epoch    | 60  | 28 56 60
          50         | 0   | 50 100 112
          50 steps   | 0   | 50 100 112
          28         | 0   | 28 56 84 112
          0          | 0   | 112
          0 epochs   | 0   | 112
          """)
  void evaluationsComeWhenTheyAreDue(String every, int maxSteps, String steps) throws IOException {
    TestRun run = run("train.eval-every=" + every, "train.max-steps=" + maxSteps);
    run.train();
    assertThat(steps(evaluations(run)))
        .isEqualTo(List.of(steps.split(" ", -1)).stream().map(Long::valueOf).toList());
  }

  @Test
  void theyAreThoseOfTheSameSteps() throws IOException {
    TestRun byEpochs = run();
    Config one = byEpochs.train().json();
    List<String> evaluations = evaluations(byEpochs);
    TestRun bySteps = run("train.eval-every=" + EPOCH);
    Config other = bySteps.train().json();
    assertThat(evaluations(bySteps)).isEqualTo(evaluations);
    assertThat(other.getValue("quality")).isEqualTo(one.getValue("quality"));
    assertThat(one.getDouble("quality.gauc")).isBetween(0.0, 1.0);
    assertThat(one.getString("weights_sha256")).isEqualTo(other.getString("weights_sha256"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auroc", "auprc", "logloss", "normalised-entropy", "gauc"})
  void anyMetricStopsEarly(String metric) throws IOException {
    TestRun run =
        run(
            "train.early-stopping.metric=" + metric,
            "train.early-stopping.patience=1",
            "train.early-stopping.min-delta=1",
            "optimizer.learning-rate=1e-9");
    Config report = run.train().json();
    assertThat(report.getLong("throughput.steps")).isEqualTo(2 * EPOCH);
    assertThat(report.getLong("early_stopped.best_step")).isEqualTo(EPOCH);
    assertThat(report.getString("early_stopped.metric")).isEqualTo(metric);
    assertThat(steps(evaluations(run))).containsExactly(28L, 56L);
  }

  /** The evaluation at the end of an epoch counts once, wherever the run is interrupted. */
  @ParameterizedTest
  @ValueSource(strings = {"7 steps", "28 steps", "1000 steps"})
  void aResumedRunIsTheWholeRun(String every) throws IOException {
    String[] stopping = {
      "train.early-stopping.patience=2",
      "train.early-stopping.min-delta=0.9",
      "train.early-stopping.restore-best=true",
      "checkpoint.every=" + every
    };
    TestRun undisturbed = run(stopping);
    Config whole = undisturbed.train().json();
    assertThat(whole.getLong("throughput.steps")).isEqualTo(3 * EPOCH);
    assertThat(whole.getLong("restored_step")).isEqualTo(EPOCH);
    List<String> evaluations = evaluations(undisturbed);
    long seed = System.nanoTime();
    var random = new Random(seed);
    int first = random.nextBoolean() ? EPOCH : 1 + random.nextInt(2 * EPOCH);
    int second = first < EPOCH ? EPOCH : first + 1 + random.nextInt(EPOCH);
    String what = "stopped at %d and %d, seed %d".formatted(first, second, seed);
    Path directory = folder.resolve("one");
    for (int stop : new int[] {first, second, 0}) {
      var config = checkpointed(stopping).set("train.max-steps=" + stop).config();
      try (Trainer trainer =
          stop == first
              ? Trainer.open(config, TestRun.builtIn(), directory, RunListener.NONE)
              : Trainer.resume(config, TestRun.builtIn(), directory, RunListener.NONE)) {
        Config report = trainer.train().json();
        if (stop == 0) {
          for (String result :
              List.of(
                  "loss_sha256",
                  "weights_sha256",
                  "quality",
                  "early_stopped",
                  "restored_step",
                  "throughput.steps")) {
            assertThat(report.getValue(result))
                .as("%s, %s", result, what)
                .isEqualTo(whole.getValue(result));
          }
        }
      }
    }
    assertThat(
            Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
                .filter(line -> evaluations.contains(line))
                .distinct())
        .as(what)
        .containsAll(evaluations);
  }

  /** An evaluation that was stopped is of a part of the samples. */
  @Test
  void theReportTellsAfterWhichStepTheModelWasEvaluated() {
    Report whole = run().train();
    assertThat(whole.json().getLong("evaluated_step")).isEqualTo(whole.steps());
    var stopping =
        new RunListener() {
          private RunControl run;

          @Override
          public void started(RunStarted started, RunControl control) {
            run = control;
          }

          @Override
          public void evaluationBegun(EvaluationBegun evaluation) {
            run.stop();
          }
        };
    Path directory = folder.resolve("stopped");
    try (Trainer trainer = Trainer.open(run().config(), TestRun.builtIn(), directory, stopping)) {
      Report report = trainer.train();
      assertThat(report.stopped()).isTrue();
      assertThat(report.json().hasPath("evaluated_step")).isFalse();
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(run("train.eval-every=1 day")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "farsight.train.eval-every: '1 day' is neither a number of steps nor one of epochs");
    assertThatThrownBy(run("train.eval-every=-1")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is not a whole number from 0");
    assertThatThrownBy(
            run("report.gauc=null")
                    .set("train.early-stopping.metric=gauc", "train.early-stopping.patience=1")
                ::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("early-stopping.metric: 'gauc' needs farsight.report.gauc");
    assertThatThrownBy(run("report.gauc=C22")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "farsight.report.gauc: 'C22' is not a categorical feature of the data; did you mean"
                + " C2? (available: C1, C2, C3, C4, C5)");
  }
}
