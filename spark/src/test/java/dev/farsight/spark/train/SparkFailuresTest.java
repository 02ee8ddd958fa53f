package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot go well is one line at the driver, and is not tried again where that is of no use.
 */
class SparkFailuresTest {

  private static final int EXECUTORS = 2;

  private static final AtomicInteger STAGES = new AtomicInteger();
  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void begin() {
    session = LocalCluster.session(EXECUTORS);
    session
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
                STAGES.incrementAndGet();
              }
            });
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  @BeforeEach
  void none() {
    STAGES.set(0);
  }

  private FarsightException failure(FarsightConfig config) {
    try {
      new SparkTraining(session).train(config, folder.resolve("run"), EXECUTORS);
    } catch (FarsightException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
      return e;
    }
    throw new AssertionError("it has trained");
  }

  /** The stage of the processes is tried once, and that of the shuffle may have come before. */
  private static void requireOneAttempt() {
    assertThat(STAGES.get()).isBetween(1, 2);
  }

  private static String csv(int rows, int badRow, int seed) {
    var text = new StringBuilder("label,x,a\n");
    var random = new Random(seed);
    for (int row = 0; row < rows; row++) {
      String value = row == badRow ? "what?" : Integer.toString(random.nextInt(50));
      text.append(random.nextInt(2) + "," + random.nextInt(9) + "," + value + "\n");
    }
    return text.toString();
  }

  private static FarsightConfig csvConfig(Path file) {
    return ClusterRun.config()
        .set("cache.size=100%")
        .set("data.source=csv")
        .set("data.path=" + file)
        .set("data.csv.dense=[x]")
        .set("data.csv.label=label")
        .set("data.csv.categorical=[{column = a, rows = 100, kind = integer}]");
  }

  @Test
  void aMalformedRow() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.csv"), csv(3000, 1700, 1));
    var failure = failure(csvConfig(file));
    assertThat(failure).isNotInstanceOf(ConfigException.class);
    assertThat(failure.getMessage()).contains(file + ":1702: ", "what?");
    requireOneAttempt();
  }

  @Test
  void dataThatIsNotThere() {
    Path file = folder.resolve("none.csv");
    assertThat(failure(csvConfig(file)).getMessage()).contains(file.toString());
  }

  /** Executors begin in folders of their own, in which each has a file of this name. */
  @Test
  void otherDataOnAnExecutor() throws IOException {
    List<Path> homes = new ArrayList<>();
    for (ProcessHandle executor : LocalCluster.executors()) {
      homes.add(Files.readSymbolicLink(Path.of("/proc/" + executor.pid() + "/cwd")));
    }
    assertThat(homes).hasSize(EXECUTORS).doesNotHaveDuplicates();
    for (int i = 0; i < homes.size(); i++) {
      Files.writeString(homes.get(i).resolve("rows.csv"), csv(2000, -1, i));
    }
    Path here = Path.of("rows.csv").toAbsolutePath();
    Files.writeString(here, csv(2000, -1, 0));
    try {
      assertThat(failure(csvConfig(Path.of("/proc/self/cwd/rows.csv"))).getMessage())
          .startsWith("process 1 has ")
          .contains(", process 0 has ")
          .endsWith("; all processes of a run need the same");
      requireOneAttempt();
    } finally {
      Files.delete(here);
    }
  }

  /** Where the checkpoints of process 1 should be is a file. */
  @Test
  void checkpointsThatCannotBeWritten() throws IOException {
    Path checkpoints = folder.resolve("checkpoints");
    Files.createDirectories(checkpoints);
    Path occupied = Files.writeString(checkpoints.resolve("processes"), "not a folder");
    var failure =
        failure(
            ClusterRun.config()
                .set("checkpoint.every=1000 steps")
                .set("checkpoint.directory=" + checkpoints));
    assertThat(failure.getMessage())
        .startsWith("process 1: " + occupied)
        .contains("cannot be written");
    requireOneAttempt();
    try (Stream<String> lines = Files.lines(folder.resolve("run/metrics.jsonl"))) {
      assertThat(lines).as("steps").isEmpty();
    } catch (NoSuchFileException e) {
      // Neither has begun.
    }
  }
}
