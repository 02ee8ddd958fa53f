package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.event.StepProgress;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is stopped and resumed computes the same results as an uninterrupted run. */
class ResumeTest {

  private static final String OPTIMIZER = "optimizer.type=rowwise-adagrad";

  @TempDir Path folder;

  private final Components builtIn = TestRun.builtIn();

  private TestRun run(Components components) {
    return new TestRun(folder)
        .components(components)
        .set(OPTIMIZER, "cache.size=\"10%\"", "train.epochs=2", "train.eval-every=100");
  }

  private TestRun checkpointed(Components components, String name) {
    return run(components)
        .set("checkpoint.every=30 steps", "checkpoint.directory=" + folder.resolve(name));
  }

  /** Stops and resumes the run after a number of steps, until it ends by itself. */
  private Report interrupted(Components components, String name, Random random, String... sets) {
    boolean resume = false;
    while (true) {
      // Opening the files of the ssd store takes a while.
      long stopAt = 1L + random.nextInt(sets.length == 0 ? 150 : 600);
      var counted = new StopAfter(stopAt);
      try (Trainer trainer = checkpointed(components, name).set(sets).open(counted, resume)) {
        counted.trainer = trainer;
        Report report = trainer.train();
        if (!report.stopped()) {
          return report;
        }
      }
      resume = true;
    }
  }

  private static final class StopAfter implements RunListener {

    private final long steps;
    private long seen;
    private volatile Trainer trainer;

    StopAfter(long steps) {
      this.steps = steps;
    }

    @Override
    public void step(StepProgress progress) {
      if (++seen == steps) {
        trainer.stop();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "file", "ssd", "ssd below memory"})
  void aRunStoppedAnywhereResumesToTheSameBits(String store) {
    long seed = System.nanoTime();
    Config whole = run(builtIn).train().json();
    Components components =
        store.equals("file") ? new FileStores(folder.resolve("rows")).in(builtIn) : builtIn;
    List<String> sets = new ArrayList<>();
    if (store.startsWith("ssd")) {
      sets.addAll(List.of("storage.backend=ssd", "storage.ssd.path=" + folder.resolve("rows")));
    }
    if (store.endsWith("below memory")) {
      sets.add("storage.ssd.ram-cache=\"20%\"");
    }
    Config report =
        interrupted(components, "checkpoints", new Random(seed), sets.toArray(String[]::new))
            .json();
    assertThat(report.getString("loss_sha256"))
        .as("losses, seed %d", seed)
        .isEqualTo(whole.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256"))
        .as("weights, seed %d", seed)
        .isEqualTo(whole.getString("weights_sha256"));
    assertThat(report.getConfig("data")).isEqualTo(whole.getConfig("data"));
    assertThat(report.getLong("throughput.steps")).isEqualTo(whole.getLong("throughput.steps"));
    for (String counter :
        List.of("lookups", "hits", "unique_rows", "loaded_rows", "evicted_rows")) {
      assertThat(overTables(report, counter))
          .as("%s over all tables, seed %d", counter, seed)
          .isEqualTo(report.getLong("cache." + counter));
    }
  }

  private static long overTables(Config report, String counter) {
    return report.getObject("cache.tables").values().stream()
        .mapToLong(table -> ((ConfigObject) table).toConfig().getLong(counter))
        .sum();
  }

  private static final List<String> PLATEAU =
      List.of(
          "train.eval-every=20",
          "train.max-steps=200",
          "optimizer.plateau={ patience = 2, factor = 0.7, metric = logloss, min-delta = 0.002 }",
          "optimizer.dense.plateau={ patience = 1, metric = auroc, min-delta = 0.01 }",
          "optimizer.warm-up.steps=30",
          "optimizer.dense={ type = adam, learning-rate = 0.01 }",
          "model.init={ type = normal, deviation = 0.1 }");

  /** Stopped also right before evaluations that reduce learning rates. */
  @ParameterizedTest
  @ValueSource(ints = {20, 33, 40})
  void learningRatesThatFollowEvaluationsGoOn(int stopAfter) {
    String[] sets = PLATEAU.toArray(String[]::new);
    Config whole = run(builtIn).set(sets).train().json();
    assertThat(whole.getInt("optimizer.dense.plateau_reductions")).isPositive();
    boolean resume = false;
    Report report;
    do {
      var counted = new StopAfter(stopAfter);
      try (Trainer trainer = checkpointed(builtIn, "plateau").set(sets).open(counted, resume)) {
        counted.trainer = trainer;
        report = trainer.train();
      }
      resume = true;
    } while (report.stopped());
    for (String key :
        List.of(
            "loss_sha256",
            "weights_sha256",
            "optimizer.rows.plateau_reductions",
            "optimizer.dense.plateau_reductions",
            "optimizer.dense.last_learning_rate",
            "optimizer.dense.updates")) {
      assertThat(report.json().getValue(key)).as(key).isEqualTo(whole.getValue(key));
    }
    assertThatThrownBy(
            () -> checkpointed(builtIn, "plateau").set(sets).set("train.eval-every=10").resume())
        .hasMessageContaining("train.eval-every was 20, is 10");
  }

  @Test
  void cacheLookAheadThreadsAndLengthMayChange() {
    Config whole = run(builtIn).train().json();
    checkpointed(builtIn, "c").set("train.max-steps=77").train();
    checkpointed(builtIn, "c")
        .set("cache.policy=lru", "cache.size=\"25%\"", "train.max-steps=150")
        .resume();
    Config report =
        checkpointed(builtIn, "c")
            .set("cache.regions=2", "lookahead.batches=3", "compute.threads=3", "cache.size=all")
            .resume()
            .json();
    assertThat(report.getString("loss_sha256")).isEqualTo(whole.getString("loss_sha256"));
    assertThat(report.getString("weights_sha256")).isEqualTo(whole.getString("weights_sha256"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lru", "lfu", "frequency"})
  void theCacheIsRestoredToo(String policy) throws Exception {
    String[] sets = {"cache.policy=" + policy, "cache.regions=2", "cache.warm-up=0.5"};
    Config whole = checkpointed(builtIn, "whole").set(sets).train().json();
    assertThat(whole.getLong("cache.evicted_rows")).isPositive();
    checkpointed(builtIn, "parts").set(sets).set("train.max-steps=120").train();
    Config report = checkpointed(builtIn, "parts").set(sets).resume().json();
    List<String> counted = List.of("lookups", "hits", "unique_rows", "unique_hits", "evicted_rows");
    for (String counter : counted) {
      assertThat(report.getLong("cache." + counter))
          .as(counter)
          .isEqualTo(whole.getLong("cache." + counter));
    }
  }

  /** As on a host with fewer cores. */
  @Test
  void regionsThatAreChosenMayBeOthers() {
    String[] sets = {
      "data.batch-size=9000",
      "data.synthetic.cardinalities=[20000, 20000]",
      "data.synthetic.rows=40000",
      "train.epochs=3",
      "cache.size=\"60%\"",
      "cache.regions=null",
      "checkpoint.every=2 steps"
    };
    Config whole = run(builtIn).set(sets).set("lookahead.threads=1").train().json();
    Config first =
        checkpointed(builtIn, "c")
            .set(sets)
            .set("lookahead.threads=8", "train.max-steps=5")
            .train()
            .json();
    Config second = checkpointed(builtIn, "c").set(sets).set("lookahead.threads=1").resume().json();
    assertThat(regions(first)).isEqualTo(2);
    assertThat(regions(second)).isEqualTo(1);
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(second.getString(digest)).isEqualTo(whole.getString(digest));
    }
  }

  private static int regions(Config report) {
    Config device = report.getConfigList("devices").get(0);
    assertThat(device.getInt("threads.plan")).isEqualTo(device.getInt("regions"));
    return device.getInt("regions");
  }

  @Test
  void anotherRunIsRefusedWithTheDifferences() {
    checkpointed(builtIn, "c").set("train.max-steps=40").train();
    assertThatThrownBy(() -> checkpointed(builtIn, "c").set("optimizer.learning-rate=0.2").resume())
        .hasMessageContaining("belongs to another run: optimizer.learning-rate was 0.1, is 0.2");
    assertThatThrownBy(() -> checkpointed(builtIn, "c").set("train.seed=6").resume())
        .hasMessageContaining("train.seed was 5, is 6");
    assertThatThrownBy(() -> checkpointed(builtIn, "c").set("model.dlrm.top-mlp=[13]").resume())
        .hasMessageContaining("model.dlrm.top-mlp was [12], is [13]");
    assertThatThrownBy(() -> checkpointed(builtIn, "c").set("data.synthetic.rows=12011").resume())
        .hasMessageContaining("data.synthetic.rows was 12010, is 12011");
    assertThatThrownBy(() -> checkpointed(builtIn, "c").train())
        .hasMessageContaining(
            "contains checkpoints of an earlier run; continue that run with --resume");
    assertThatThrownBy(() -> checkpointed(builtIn, "c").set("checkpoint.every=null").train())
        .as("a run that takes none would mix its files with the earlier one's")
        .hasMessageContaining("contains checkpoints of an earlier run");
    assertThatThrownBy(() -> checkpointed(builtIn, "none").resume())
        .hasMessageContaining("there is no checkpoint to resume from");
  }

  @Test
  void anotherStoreIsRefused() throws Exception {
    var stores = new FileStores(folder.resolve("rows"));
    checkpointed(stores.in(builtIn), "c").set("train.max-steps=40").train();
    assertThatThrownBy(() -> checkpointed(builtIn, "c").resume())
        .hasMessageContaining("its rows are in the store")
        .hasMessageContaining("not in a store in memory");
    Files.move(folder.resolve("rows"), folder.resolve("away"));
    assertThatThrownBy(() -> checkpointed(stores.in(builtIn), "c").resume())
        .hasMessageContaining("its rows are in the store");
    Files.move(
        folder.resolve("away"),
        folder.resolve("rows"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> run(stores.in(builtIn)).train())
        .hasMessageContaining("contains the rows of an earlier run");
  }

  @Test
  void checkpointsByTimeAreTakenToo() {
    Config whole = run(builtIn).train().json();
    Config report =
        checkpointed(builtIn, "c").set("checkpoint.every=1 s", "checkpoint.keep=1").train().json();
    assertThat(report.getString("loss_sha256")).isEqualTo(whole.getString("loss_sha256"));
    assertThat(folder.resolve("c")).isDirectoryContaining("glob:**/step-*");
  }
}
