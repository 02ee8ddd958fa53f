package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Report;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors, which are processes of this machine, train what one process with as many devices does.
 */
class SparkTrainingTest {

  private static final int EXECUTORS = 3;

  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    session = LocalCluster.session(EXECUTORS);
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private String onOne(FarsightConfig config) {
    return ClusterRun.onOne(config, folder.resolve("one"), EXECUTORS);
  }

  @Test
  void executorsTrainWhatOneProcessTrains() {
    String report =
        new SparkTraining(session).train(ClusterRun.config(), folder.resolve("run"), EXECUTORS);
    assertThat(ClusterRun.digests(report)).isEqualTo(onOne(ClusterRun.config()));
    assertThat(Report.read(folder.resolve("run/report.json")).json().getString("loss_sha256"))
        .isEqualTo(ConfigFactory.parseString(report).getString("loss_sha256"));
    assertThat(folder.resolve("run/model/model.json")).exists();
  }

  @Test
  void anExecutorThatIsKilledCostsNothingButTime() throws Exception {
    FarsightConfig config =
        ClusterRun.config().set("checkpoint.every=20 steps").set("train.epochs=2");
    Path run = folder.resolve("run");
    CompletableFuture<String> report =
        CompletableFuture.supplyAsync(
            () -> new SparkTraining(session).train(config, run, EXECUTORS));
    Path checkpoint = run.resolve("checkpoints/step-000000000040/checkpoint.json");
    while (!checkpoint.toFile().exists() && !report.isDone()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(report).isNotDone();
    LocalCluster.executors().get(1).destroyForcibly();
    assertThat(ClusterRun.digests(report.get(120, TimeUnit.SECONDS))).isEqualTo(onOne(config));
  }

  @Test
  void wrongSettingsAreToldOnce() {
    var training = new SparkTraining(session);
    assertThatThrownBy(
            () ->
                training.train(
                    ClusterRun.config().set("cache.size=no"), folder.resolve("a"), EXECUTORS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cache.size");
    assertThatThrownBy(
            () -> training.train(ClusterRun.config(), folder.resolve("b"), EXECUTORS + 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("4 processes, and Spark has room for fewer");
  }
}
