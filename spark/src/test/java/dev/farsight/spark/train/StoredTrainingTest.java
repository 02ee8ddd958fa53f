package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.Trainer;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Plugins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Executors that share no folder, each with one below its own working folder, bring checkpoints to
 * a store.
 */
class StoredTrainingTest {

  private static final int EXECUTORS = 2;

  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    session = LocalCluster.session(EXECUTORS);
    var hadoop = session.sparkContext().hadoopConfiguration();
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.setBoolean("fs.faulty.impl.disable.cache", true);
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private FarsightConfig config() {
    return FarsightConfig.defaults()
        .set("data.batch-size=36")
        .set("data.synthetic.cardinalities=[3, 50, 400, 2000, 9000]")
        .set("data.synthetic.rows=6010")
        .set("data.synthetic.dense=3")
        .set("compute.backend=nd4j-native")
        .set("cache.size=30%")
        .set("checkpoint.every=20 steps")
        .set("model.embedding-dim=6")
        .set("model.dlrm.bottom-mlp=[8]")
        .set("model.dlrm.top-mlp=[12]")
        .set("train.seed=5");
  }

  private FarsightConfig stored() {
    return config().set("run.store=faulty://" + folder.resolve("store"));
  }

  private String onOne() {
    try (Plugins plugins = Plugins.load(getClass().getClassLoader())) {
      Config farsight =
          config().set("compute.nd4j-native.devices=" + EXECUTORS).resolve(plugins.loaders());
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

  private static HadoopFiles store(String address) {
    return HadoopFiles.of(address, session.sparkContext().hadoopConfiguration());
  }

  private static boolean hasCheckpoint(String address, int step) throws IOException {
    return store(address).list("checkpoints/commits").stream()
        .anyMatch(name -> name.endsWith("/0000000000%d.json".formatted(step)));
  }

  private static String text(HadoopFiles store, String name) throws IOException {
    try (var in = store.read(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @Tag("nightly")
  void anExecutorThatIsKilledCostsNothingButTime() throws Exception {
    killAnExecutor("faulty://" + folder.resolve("store"));
    // Here, where the driver is, nothing was written.
    assertThat(Path.of("scratch")).doesNotExist();
  }

  @Test
  @Tag("nightly")
  void soItIsOnHdfs() throws Exception {
    try (var hdfs = MiniHdfs.in(folder.resolve("hdfs"))) {
      killAnExecutor(hdfs.address() + "/run");
    }
  }

  private void killAnExecutor(String address) throws Exception {
    FarsightConfig config = config().set("run.store=" + address);
    CompletableFuture<String> report =
        CompletableFuture.supplyAsync(
            () -> new SparkTraining(session).train(config, Path.of("scratch"), EXECUTORS));
    while (!hasCheckpoint(address, 40) && !report.isDone()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(report).isNotDone();
    LocalCluster.executors().get(1).destroyForcibly();
    assertThat(digests(report.get(120, TimeUnit.SECONDS))).isEqualTo(onOne());
    HadoopFiles store = store(address);
    assertThat(store.list("model")).contains("model/model.json");
    assertThat(text(store, "report.json")).isEqualTo(report.get() + "\n");
    assertThat(store.exists("processes/1/report.json")).isTrue();
    // Those of the attempts before are there, too, each step once.
    List<Integer> steps =
        text(store, "metrics.jsonl")
            .lines()
            .filter(line -> line.contains("\"loss\""))
            .map(line -> ConfigFactory.parseString(line).getInt("step"))
            .toList();
    assertThat(steps)
        .hasSizeGreaterThan(40)
        .isEqualTo(IntStream.rangeClosed(1, steps.size()).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @Tag("nightly")
  void aStoreThatFailsAtRandomCostsNothingButTime(long seed) {
    var hadoop = session.sparkContext().hadoopConfiguration();
    hadoop.setDouble(FaultyFileSystem.SHARE, .02);
    hadoop.setLong(FaultyFileSystem.SEED, seed);
    try {
      String report = null;
      for (int tries = 0; report == null; tries++) {
        assertThat(tries).as("seed %d", seed).isLessThan(20);
        try {
          report = new SparkTraining(session).train(stored(), Path.of("scratch"), EXECUTORS);
        } catch (FarsightException e) {
          // Submitted again.
        }
      }
      assertThat(digests(report)).as("seed %d", seed).isEqualTo(onOne());
    } finally {
      hadoop.unset(FaultyFileSystem.SHARE);
    }
  }

  @Test
  void aStoreThatCannotBeUsedIsToldAtOnce() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    var training = new SparkTraining(session);
    assertThatThrownBy(
            () ->
                training.train(
                    config().set("run.store=file://" + file), Path.of("scratch"), EXECUTORS))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("farsight.run.store = file:" + file + ": cannot be used: ");
    Files.createDirectory(folder.resolve("store"));
    Files.createFile(folder.resolve("store/report.json"));
    assertThatThrownBy(() -> training.train(stored(), Path.of("scratch"), EXECUTORS))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("store/report.json: is the report of an earlier run");
  }
}
