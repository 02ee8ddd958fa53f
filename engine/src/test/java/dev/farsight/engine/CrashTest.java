package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that are killed at random moments, run out of disk space, or have no permission to
 * write. A run that is resumed afterwards computes the same bits as an undisturbed run, or reports
 * why it cannot.
 *
 * <p>{@code -Dfarsight.kills=300} sets the number of kills, the slower stores get a third of it.
 * The profile {@code nightly} sets it.
 */
class CrashTest {

  private static final int KILLS = Integer.getInteger("farsight.kills", 1);

  /**
   * Latest kill after a child's JVM has started. A child needs a few hundred milliseconds before it
   * trains.
   */
  private static final int LATEST_KILL_MILLIS = Integer.getInteger("farsight.kill-within", 900);

  @TempDir Path folder;

  private final List<String> sets = new ArrayList<>();

  private List<String> sets(int steps) {
    sets.clear();
    new TestRun(folder)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "train.epochs=1000",
            "train.max-steps=" + steps,
            "checkpoint.every=7 steps")
        .addTo(sets);
    return sets;
  }

  private Config whole(List<String> sets) {
    return whole(sets, TestRun.builtIn());
  }

  private Config whole(List<String> sets, Components components) {
    var run = new TestRun(folder).components(components).set(sets.toArray(String[]::new));
    return run.set("checkpoint.every=null").train().json();
  }

  private static void requireEqual(ChildRun child, Config whole, String what) throws Exception {
    Config report = ConfigFactory.parseFile(child.folder().resolve("run/report.json").toFile());
    for (String digest : List.of("loss_sha256", "weights_sha256")) {
      assertThat(report.getString(digest))
          .as("%s %s", digest, what)
          .isEqualTo(whole.getString(digest));
    }
    requireEveryStep(child.folder().resolve("run/metrics.jsonl"), report, what);
  }

  /** Kills leave no gap in the metrics, and no step twice. */
  private static void requireEveryStep(Path metrics, Config report, String what)
      throws IOException {
    long step = 0;
    for (String line : Files.readAllLines(metrics)) {
      if (line.contains("\"loss\"")) {
        assertThat(line).as("metrics %s", what).startsWith("{\"step\":" + ++step + ",");
      }
    }
    assertThat(step).as("metrics %s", what).isEqualTo(report.getLong("throughput.steps"));
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"memory, 1", "file, 1", "ssd, 3", "ssd below memory, 3", "fitted memory, 2"})
  void killedAtRandomMoments(String store, int share) throws Exception {
    killedAtRandomMoments(store, share, sets(900));
  }

  /** Epochs are so short that rows are drawn anew most of the time; not each has a checkpoint. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"memory, 2", "file, 2", "ssd, 2", "ssd below memory, 2"})
  void killedWhileRowsAreDrawnAnew(String store, int share) throws Exception {
    List<String> sets = sets(300);
    sets.addAll(List.of("data.synthetic.rows=300", "train.reset-rows=each-epoch"));
    killedAtRandomMoments(store, share, sets);
  }

  private void killedAtRandomMoments(String store, int share, List<String> sets) throws Exception {
    int kills = (KILLS + share - 1) / share;
    long seed = System.nanoTime();
    var random = new Random(seed);
    Config whole =
        store.startsWith("fitted")
            ? whole(sets, FittingData.in(TestRun.builtIn(), 1))
            : whole(sets);
    int killed = 0;
    int runs = 0;
    int restarts = 0;
    while (killed < kills) {
      var child = new ChildRun(Files.createDirectory(folder.resolve(store + runs++)), store, sets);
      boolean over = false;
      while (!over) {
        boolean resume = child.hasCheckpoint();
        if (!resume) {
          // Killed before its first checkpoint: a new run would refuse the rows of the killed one.
          restarts += child.deleteRows() ? 1 : 0;
        }
        Process process = child.start(resume, 0);
        child.awaitStart(process);
        over =
            killed >= kills
                || process.waitFor(random.nextInt(LATEST_KILL_MILLIS), TimeUnit.MILLISECONDS);
        if (over) {
          assertThat(ChildRun.status(process)).as(child.output()).isZero();
        } else {
          process.destroyForcibly();
          assertThat(ChildRun.status(process)).isIn(0, 137);
          killed++;
        }
        over |= Files.exists(child.folder().resolve("run/report.json"));
      }
      requireEqual(child, whole, "with store " + store + ", seed " + seed);
    }
    System.out.printf(
        "%d kills with store %s in %d runs, %d before the first checkpoint: all equal%n",
        killed, store, runs, restarts);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"memory", "file"})
  void outOfDisk(String store) throws Exception {
    List<String> sets = sets(120);
    sets.addAll(List.of("model.embedding-dim=64", "checkpoint.every=40 steps"));
    Config whole = whole(sets);
    var child = new ChildRun(Files.createDirectory(folder.resolve(store)), store, sets);
    List<String> first = new ArrayList<>(sets);
    first.add("train.max-steps=30");
    assertThat(ChildRun.status(new ChildRun(child.folder(), store, first).start(false, 0)))
        .isZero();
    // The size limit of files in KiB. Other files that a process writes, such as unpacked native
    // libraries, are smaller.
    Process starved = child.start(true, 240);
    assertThat(ChildRun.status(starved)).as(child.output()).isNotZero();
    assertThat(child.output()).contains("farsight: ").contains("cannot be written");
    assertThat(ChildRun.status(child.start(true, 0))).as(child.output()).isZero();
    requireEqual(child, whole, "with store " + store);
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
    Path locked = folder.resolve("locked");
    Files.createDirectory(locked);
    boolean root = System.getProperty("user.name").equals("root");
    // For root, only folders of the kernel are read-only.
    Path readOnly = root ? Path.of("/sys/kernel") : locked;
    assertThat(root || locked.toFile().setWritable(false)).isTrue();
    List<String> sets = sets(20);
    sets.add("checkpoint.directory=" + readOnly.resolve("checkpoints"));
    var child = new ChildRun(Files.createDirectory(folder.resolve("child")), "memory", sets);
    assertThat(ChildRun.status(child.start(false, 0))).isEqualTo(1);
    assertThat(child.output())
        .contains("farsight: " + readOnly.resolve("checkpoints") + ": cannot be written: ");
  }
}
