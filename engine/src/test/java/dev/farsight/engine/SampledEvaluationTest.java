package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose evaluations during training use a sample: {@code train.eval-samples}. */
class SampledEvaluationTest {

  @TempDir Path folder;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set("optimizer.type=rowwise-adagrad", "cache.size=\"10%\"", "train.eval-every=100")
        .set(sets);
  }

  private static List<Config> evaluations(TestRun run) throws IOException {
    try (var lines = Files.lines(run.directory().resolve("metrics.jsonl"))) {
      return lines.map(ConfigFactory::parseString).filter(line -> line.hasPath("auroc")).toList();
    }
  }

  private static List<Integer> samples(List<Config> evaluations) {
    return evaluations.stream().map(line -> line.getInt("samples")).toList();
  }

  private static void assertSame(Config one, Config other, String... results) {
    for (String result : results) {
      assertThat(one.getValue(result)).as(result).isEqualTo(other.getValue(result));
    }
  }

  /** 279 steps an epoch, 1716 samples for evaluation, batches of 37. */
  @Test
  void onlyTheLastEvaluationIsOfAllSamples() throws IOException {
    TestRun whole = run();
    Config all = whole.train().json();
    List<Config> onAll = evaluations(whole);
    assertThat(samples(onAll)).containsExactly(1716, 1716, 1716);
    assertThat(all.getInt("data.eval_samples_in_training")).isEqualTo(1716);
    TestRun run = run("train.eval-samples=370");
    Config sampled = run.train().json();
    List<Config> evaluations = evaluations(run);
    assertThat(samples(evaluations)).containsExactly(370, 370, 1716);
    assertThat(sampled.getInt("data.eval_samples")).isEqualTo(1716);
    assertThat(sampled.getInt("data.eval_samples_in_training")).isEqualTo(370);
    assertSame(sampled, all, "loss_sha256", "weights_sha256", "quality");
    assertThat(evaluations.get(0).getDouble("logloss"))
        .isNotEqualTo(onAll.get(0).getDouble("logloss"));
  }

  /** The evaluation that is due after the last step decides, and then all samples are evaluated. */
  @ParameterizedTest
  @ValueSource(strings = {"93", "1 epoch"})
  void afterTheLastStepBothAreMade(String every) throws IOException {
    TestRun run = run("train.eval-every=" + every, "train.eval-samples=370");
    run.train();
    List<Integer> samples = samples(evaluations(run));
    assertThat(samples.subList(samples.size() - 2, samples.size())).containsExactly(370, 1716);
    TestRun more = run("train.eval-every=" + every, "train.eval-samples=5000");
    more.train();
    assertThat(samples(evaluations(more))).containsOnly(1716).hasSize(samples.size() - 1);
  }

  @Test
  void learningRatesFollowTheSample() {
    String[] sets = {
      "train.eval-every=20",
      "train.eval-samples=74",
      "optimizer.plateau.patience=1",
      "optimizer.plateau.factor=0.5",
      "optimizer.plateau.metric=logloss",
    };
    String[] checkpoints = {
      "checkpoint.every=25 steps",
      "checkpoint.keep=20",
      "checkpoint.directory=" + folder.resolve("checkpoints")
    };
    Config whole = run(sets).train().json();
    assertThat(whole.getInt("optimizer.rows.plateau_reductions")).isPositive();
    assertThat(run(sets).set("train.eval-samples=null").train().json().getString("loss_sha256"))
        .isNotEqualTo(whole.getString("loss_sha256"));
    run(sets).set(checkpoints).set("train.max-steps=140").train();
    assertThatThrownBy(run(sets).set(checkpoints).set("train.eval-samples=111")::resume)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.eval-samples was 74, is 111");
    assertSame(
        run(sets).set(checkpoints).resume().json(),
        whole,
        "loss_sha256",
        "weights_sha256",
        "quality");
    assertThat(
            new Verification(
                    TestRun.builtIn(), List.of(getClass().getClassLoader()), RunListener.NONE)
                .verify(
                    folder.resolve("checkpoints"),
                    OptionalLong.of(50),
                    OptionalLong.empty(),
                    List.of("cache.policy=lru"))
                .equal())
        .isTrue();
  }

  @Test
  void theBestOfTheSampleIsRestoredAndEvaluatedOnAll() {
    Config report =
        run("train.eval-every=20", "train.eval-samples=74")
            .set("train.early-stopping.patience=2", "train.early-stopping.restore-best=true")
            .train()
            .json();
    assertThat(report.getInt("early_stopped.best_step")).isEqualTo(report.getInt("restored_step"));
    assertThat(report.getInt("data.eval_samples_in_training")).isEqualTo(74);
    assertThat(report.getInt("data.eval_samples")).isEqualTo(1716);
  }

  @Test
  void withoutEvaluationsDuringTrainingItIsRefused() {
    assertThatThrownBy(run("train.eval-every=0", "train.eval-samples=370")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "farsight.train.eval-samples: 370 is for evaluations during training; set"
                + " train.eval-every too");
    assertThatThrownBy(run("train.eval-samples=0")::train)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.train.eval-samples");
  }
}
