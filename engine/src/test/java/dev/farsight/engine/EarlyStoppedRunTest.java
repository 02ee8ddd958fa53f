package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertThat(report.getDouble("early_stopped.best")).isEqualTo(best.quality().auroc());
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
    assertThat(report.quality().auroc()).isNaN();
    assertThat(report.json().getLong("throughput.steps")).isEqualTo(60);
    assertThat(report.json().getIsNull("early_stopped")).isTrue();
  }
}
