package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.event.RunListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that share no folder go on from what a store has, each time on empty disks. */
class StoredCheckpointsTest {

  private static final String COMMITS = "checkpoints/commits/";

  @TempDir Path folder;

  private int attempts;

  private TestRun run(String... sets) {
    return new TestRun(folder)
        .set(
            "data.batch-size=36",
            "compute.backend=nd4j-native",
            "cache.size=30%",
            "sharding.collective=sockets",
            "data.synthetic.rows=3010",
            "checkpoint.every=25 steps",
            "model.save=true",
            "optimizer.learning-rate=0.05",
            "optimizer.dense.learning-rate=0.04")
        .set(sets);
  }

  /** On disks that nobody had before. */
  private List<Report> attempt(MemoryFiles store, int count, TestRun run) throws Exception {
    return new TestProcesses(folder.resolve("attempt-" + attempts++), count)
        .store(store)
        .train(run);
  }

  private Report undisturbed(int count, TestRun run) throws Exception {
    return new TestProcesses(folder.resolve("undisturbed"), count).train(run).get(0);
  }

  private static List<String> commits(MemoryFiles store) {
    return store.files().keySet().stream().filter(name -> name.startsWith(COMMITS)).toList();
  }

  private static long lines(MemoryFiles store) {
    return new String(store.files().get("metrics.jsonl"), StandardCharsets.UTF_8).lines().count();
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "2, 1", "1, 2"})
  void anotherAttemptGoesOn(int before, int after) throws Exception {
    var store = new MemoryFiles(1);
    attempt(store, before, run("train.max-steps=60"));
    Report there = attempt(store, after, run("train.max-steps=60")).get(0);
    Report undisturbed = undisturbed(before, run());
    assertThat(there.weightsSha256())
        .isPresent()
        .isEqualTo(
            new TestProcesses(folder.resolve("there"), before)
                .train(run("train.max-steps=60"))
                .get(0)
                .weightsSha256());
    Report resumed = attempt(store, after, run()).get(0);
    assertThat(resumed.steps()).isEqualTo(undisturbed.steps());
    if (before == after) {
      assertThat(TestRun.digests(resumed)).isEqualTo(TestRun.digests(undisturbed));
    }
    assertThat(lines(store)).isGreaterThanOrEqualTo(undisturbed.steps());
    assertThat(new String(store.files().get("report.json"), StandardCharsets.UTF_8))
        .isEqualTo(resumed.toJson() + "\n");
    assertThat(store.files()).containsKeys("model/model.json");
    assertThat(commits(store)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @Tag("nightly")
  void whateverIsDamagedCostsOnlyTime(long seed) throws Exception {
    var random = new Random(seed);
    var store = new MemoryFiles(seed);
    attempt(store, 2, run("train.max-steps=60"));
    List<String> ofLast =
        store.files().keySet().stream()
            .filter(name -> name.contains("00060") || name.endsWith("240"))
            .toList();
    assertThat(ofLast).hasSizeGreaterThan(8);
    String name = ofLast.get(random.nextInt(ofLast.size()));
    if (random.nextInt(3) == 0) {
      store.files().remove(name);
    } else {
      byte[] damaged = store.files().get(name).clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      store.files().put(name, damaged);
    }
    Report resumed = attempt(store, 2, run()).get(0);
    assertThat(TestRun.digests(resumed))
        .as("seed %d, damaged %s", seed, name)
        .isEqualTo(TestRun.digests(undisturbed(2, run())));
  }

  @Test
  void aDamagedFileTakesAllToTheCheckpointBefore() throws Exception {
    var store = new MemoryFiles(1);
    attempt(store, 2, run("train.max-steps=60"));
    String name =
        store.files().keySet().stream()
            .filter(file -> file.contains("/1/") && file.endsWith("000000000060-dense.bin"))
            .findFirst()
            .orElseThrow();
    byte[] damaged = store.files().get(name).clone();
    damaged[damaged.length / 2] ^= 1;
    store.files().put(name, damaged);
    Report resumed = attempt(store, 2, run()).get(0);
    assertThat(TestRun.digests(resumed)).isEqualTo(TestRun.digests(undisturbed(2, run())));
  }

  @Test
  void ifNoCheckpointIsWholeTheRunRefuses() throws Exception {
    var store = new MemoryFiles(1);
    attempt(store, 1, run("train.max-steps=60"));
    commits(store).forEach(name -> store.files().put(name, new byte[70]));
    assertThatThrownBy(() -> attempt(store, 1, run()))
        .hasRootCauseInstanceOf(FarsightException.class)
        .rootCause()
        .hasMessageContaining("memory://store/checkpoints/commits/")
        .hasMessageContaining("is damaged");
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  @Tag("nightly")
  void aStoreThatFailsAtRandomEndsAttemptsAndChangesNothing(long seed) throws Exception {
    var store = new MemoryFiles(seed).fail(.01);
    TestRun run = run("checkpoint.every=10 steps");
    Report report = null;
    for (int tries = 0; report == null; tries++) {
      assertThat(tries).as("attempts with seed %d", seed).isLessThan(60);
      try {
        report = attempt(store, 2, run).get(0);
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(FarsightException.class);
        store.fail(tries > 20 ? 0 : .01);
      }
    }
    assertThat(attempts).isGreaterThan(1);
    assertThat(TestRun.digests(report))
        .as("seed %d", seed)
        .isEqualTo(TestRun.digests(undisturbed(2, run)));
  }

  @Test
  void aStoreThatCannotBeWrittenIsToldBeforeTheFirstStep() {
    var store = new MemoryFiles(1).fail(1);
    assertThatThrownBy(() -> attempt(store, 1, run())).rootCause().hasMessageContaining("injected");
    assertThatThrownBy(() -> attempt(store, 1, run()))
        .cause()
        .hasMessageStartingWith("memory://store: cannot be written or read: ");
    assertThat(store.files().keySet()).noneMatch(name -> name.startsWith(COMMITS));
  }

  @Test
  void rowsThatStayOnAHostAreRefused() {
    assertThatThrownBy(() -> attempt(new MemoryFiles(1), 1, run("storage.backend=ssd")))
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("storage.backend = offheap");
    assertThatThrownBy(() -> run("run.store=\"hdfs:///a\"").open(RunListener.NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("farsight.run.store");
  }

  @Test
  void theBestStateIsFoundByALaterAttempt() throws Exception {
    String[] some = {
      "checkpoint.every=10 steps",
      "train.eval-every=20",
      "train.early-stopping.patience=2",
      "train.early-stopping.restore-best=true",
      "optimizer.learning-rate=2"
    };
    Report undisturbed = undisturbed(2, run(some));
    var store = new MemoryFiles(1);
    // Long after the best evaluation, and before the patience is at its end.
    attempt(store, 2, run(some).set("train.max-steps=50"));
    Report resumed = attempt(store, 2, run(some)).get(0);
    assertThat(resumed.weightsSha256()).isPresent().isEqualTo(undisturbed.weightsSha256());
    assertThat(resumed.quality()).isEqualTo(undisturbed.quality());
  }
}
