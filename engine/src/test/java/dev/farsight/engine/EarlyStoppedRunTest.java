package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyStoppedRunTest {

  @TempDir Path folder;

  private TestRun run() {
    return new TestRun(folder)
        .set(
            "cache.size=\"10%\"",
            "train.eval-every=10",
            "train.early-stopping.patience=2",
            "train.early-stopping.min-delta=1");
  }

  @Test
  void theReportHasTheBestStep() {
    Report best = run().set("train.max-steps=10").train();
    assertThat(best.json().getIsNull("early_stopped")).isTrue();
    Config report = run().train().json();
    assertThat(report.getLong("throughput.steps")).isEqualTo(30);
    assertThat(report.getLong("early_stopped.best_step")).isEqualTo(10);
    assertThat(report.getString("early_stopped.metric")).isEqualTo("auroc");
    assertThat(report.getDouble("early_stopped.best"))
        .isEqualTo(best.quality().orElseThrow().auroc());
  }

  @Test
  void aResumedRunKnowsTheBestStep() {
    String checkpoints = "checkpoint.directory=" + folder.resolve("checkpoints");
    run().set(checkpoints, "checkpoint.every=10 steps", "train.max-steps=20").train();
    Config report = run().set(checkpoints, "checkpoint.every=10 steps").resume().json();
    assertThat(report.getLong("throughput.steps")).isEqualTo(30);
    assertThat(report.getLong("early_stopped.best_step")).isEqualTo(10);
  }

  @Test
  void evaluationsOfOneClassStopNoRun() {
    Report report = run().set("data.eval-fraction=0.0001", "train.max-steps=60").train();
    assertThat(report.json().getLong("data.eval_samples")).isEqualTo(1);
    assertThat(report.quality().orElseThrow().auroc()).isNaN();
    assertThat(report.json().getLong("throughput.steps")).isEqualTo(60);
    assertThat(report.json().getIsNull("early_stopped")).isTrue();
  }

  /** The run that ends at the best step has the weights that the other one goes back to. */
  @ParameterizedTest
  @CsvSource({"offheap, 10%", "offheap, all", "ssd, 10%"})
  void theBestModelIsRestored(String store, String cacheSize) throws IOException {
    String[] sets = {
      "storage.backend=" + store,
      "storage.ssd.maps=2",
      "cache.size=\"" + cacheSize + "\"",
      "optimizer.type=rowwise-adagrad",
      "model.save=true"
    };
    TestRun best = run().set(sets).set("train.max-steps=10");
    Config bestReport = best.train().json();
    Path bestModel = best.directory().resolve("model");
    String checkpoints = "checkpoint.directory=" + folder.resolve("checkpoints");
    TestRun restoring =
        run()
            .set(sets)
            .set(checkpoints, "train.early-stopping.restore-best=true")
            .set("checkpoint.every=7 steps", "checkpoint.keep=1");
    Report report = restoring.train();
    Config json = report.json();
    assertThat(json.getLong("throughput.steps")).isEqualTo(30);
    assertThat(json.getLong("restored_step")).isEqualTo(10);
    assertThat(json.getString("weights_sha256")).isEqualTo(bestReport.getString("weights_sha256"));
    assertThat(report.quality().orElseThrow().auroc())
        .isEqualTo(bestReport.getDouble("quality.auroc"));
    Path model = restoring.directory().resolve("model");
    for (String dense : List.of("bottom.0.weight.npy", "top.0.weight.npy")) {
      assertThat(model.resolve("dense").resolve(dense))
          .hasSameBinaryContentAs(bestModel.resolve("dense").resolve(dense));
    }
    try (var kept = Files.list(folder.resolve("checkpoints"))) {
      assertThat(kept.map(f -> f.getFileName().toString()).filter(f -> f.startsWith("step-")))
          .containsExactlyInAnyOrder("step-000000000010", "step-000000000030");
    }
  }

  /** Going back changes no checkpoint: more training continues from the last step. */
  @ParameterizedTest
  @ValueSource(strings = {"offheap", "ssd"})
  void aRunThatWentBackResumesFromItsLastStep(String store) {
    String[] sets = {
      "storage.backend=" + store,
      "storage.ssd.maps=2",
      "storage.ssd.path=" + folder.resolve("rows"),
      "checkpoint.directory=" + folder.resolve("checkpoints"),
      "optimizer.type=rowwise-adagrad"
    };
    Config whole =
        run()
            .set("optimizer.type=rowwise-adagrad", "train.early-stopping.patience=4")
            .set("train.max-steps=50")
            .train()
            .json();
    String restore = "train.early-stopping.restore-best=true";
    assertThat(run().set(sets).set(restore).train().json().getLong("restored_step")).isEqualTo(10);
    TestRun more = run().set(sets).set("train.early-stopping.patience=4", "train.max-steps=50");
    Config resumed = more.resume().json();
    assertThat(resumed.getLong("throughput.steps")).isEqualTo(50);
    assertThat(resumed.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
    assertThat(resumed.getString("loss_sha256")).isEqualTo(whole.getString("loss_sha256"));
  }
}
