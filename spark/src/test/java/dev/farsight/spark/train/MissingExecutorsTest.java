package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There are not as many executors as there should be processes. */
class MissingExecutorsTest {

  private static final int EXECUTORS = 3;

  @TempDir Path folder;

  private SparkSession session;

  @AfterEach
  void end() {
    session.stop();
  }

  /** Kills an executor in the middle, for which the cluster has no other. */
  private CompletableFuture<String> trainAndLose(FarsightConfig config) throws Exception {
    session = LocalCluster.session(EXECUTORS);
    Path run = folder.resolve("run");
    CompletableFuture<String> report =
        CompletableFuture.supplyAsync(
            () ->
                new SparkTraining(session)
                    .train(
                        config
                            .set("checkpoint.every=20 steps")
                            .set("data.synthetic.rows=12010")
                            .set("sharding.replace-timeout=2 s"),
                        run,
                        EXECUTORS));
    while (!Files.exists(run.resolve("checkpoints/step-000000000040"))) {
      assertThat(report).isNotDone();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    session
        .sparkContext()
        .requestTotalExecutors(
            EXECUTORS - 1, 0, scala.collection.immutable.Map$.MODULE$.<String, Object>empty());
    LocalCluster.signal("KILL", LocalCluster.executors().get(0));
    return report;
  }

  @Test
  @Tag("nightly")
  void withFewerItGoesOnIfItMay() throws Exception {
    var report =
        ConfigFactory.parseString(
            trainAndLose(ClusterRun.config().set("sharding.min-ranks=2"))
                .get(120, TimeUnit.SECONDS));
    // It has gone on: where checkpoints are, a new run is refused.
    assertThat(report.getInt("config.sharding.processes")).isEqualTo(EXECUTORS - 1);
    assertThat(report.getLong("throughput.steps")).isGreaterThan(250);
    assertThat(ExecutorWatch.executors(JavaSparkContext.fromSparkContext(session.sparkContext())))
        .isEqualTo(EXECUTORS - 1);
  }

  @Test
  @Tag("nightly")
  void otherwiseItEndsWithALine() throws Exception {
    CompletableFuture<String> report = trainAndLose(ClusterRun.config());
    assertThatThrownBy(() -> report.get(120, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(FarsightException.class)
        .hasMessage(
            "2 of 3 executors are left, and no other has come for 2 s (sharding.replace-timeout); run it again when there are as many, and it goes on from its last checkpoint, or set sharding.min-ranks");
  }

  @Test
  void twoProcessesOnOneExecutorAreRefused() {
    session = LocalCluster.session(1, 2, Map.of());
    assertThatThrownBy(
            () -> new SparkTraining(session).train(ClusterRun.config(), folder.resolve("run"), 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "2 processes on 1 executor: each needs one of its own; set spark.task.cpus to spark.executor.cores");
    assertThatThrownBy(
            () ->
                new SparkTraining(session)
                    .train(ClusterRun.config().set("sharding.min-ranks=3"), folder.resolve("a"), 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sharding.min-ranks: 3 is more than the 2 that train");
  }
}
