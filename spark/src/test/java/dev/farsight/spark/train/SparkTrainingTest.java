package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Report;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
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

  private static FarsightConfig config() {
    return FarsightConfig.defaults()
        .set("data.batch-size=36")
        .set("data.synthetic.cardinalities=[3, 50, 400, 2000, 9000]")
        .set("data.synthetic.rows=6010")
        .set("data.synthetic.dense=3")
        .set("compute.backend=nd4j-native")
        .set("cache.size=30%")
        .set("model.embedding-dim=6")
        .set("model.dlrm.bottom-mlp=[8]")
        .set("model.dlrm.top-mlp=[12]")
        .set("train.seed=5");
  }

  private String onOne(FarsightConfig config) {
    try (Plugins plugins = Plugins.load(getClass().getClassLoader())) {
      Config farsight =
          config.set("compute.nd4j-native.devices=" + EXECUTORS).resolve(plugins.loaders());
      try (Trainer trainer =
          Trainer.open(farsight, plugins.components(), folder.resolve("one"), RunListener.NONE)) {
        return digests(trainer.train().toJson());
      }
    }
  }

  private static String digests(String report) {
    Config json = ConfigFactory.parseString(report);
    return json.getString("loss_sha256") + " " + json.getString("weights_sha256");
  }

  @Test
  void executorsTrainWhatOneProcessTrains() {
    String report = new SparkTraining(session).train(config(), folder.resolve("run"), EXECUTORS);
    assertThat(digests(report)).isEqualTo(onOne(config()));
    assertThat(Report.read(folder.resolve("run/report.json")).json().getString("loss_sha256"))
        .isEqualTo(ConfigFactory.parseString(report).getString("loss_sha256"));
    assertThat(folder.resolve("run/model/model.json")).exists();
  }

  @Test
  void anExecutorThatIsKilledCostsNothingButTime() throws Exception {
    FarsightConfig config = config().set("checkpoint.every=20 steps").set("train.epochs=2");
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
    assertThat(digests(report.get(120, TimeUnit.SECONDS))).isEqualTo(onOne(config));
  }

  @Test
  void wrongSettingsAreToldOnce() {
    var training = new SparkTraining(session);
    assertThatThrownBy(
            () -> training.train(config().set("cache.size=no"), folder.resolve("a"), EXECUTORS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cache.size");
    assertThatThrownBy(() -> training.train(config(), folder.resolve("b"), EXECUTORS + 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("4 processes, and Spark has room for fewer");
  }
}
