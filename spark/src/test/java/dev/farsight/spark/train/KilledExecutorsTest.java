package dev.farsight.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors are killed, or stopped for a while, at random moments: opening, training, writing
 * checkpoints, the last evaluation, or while others meet again. Whatever it was, the result is that
 * of a run that was not disturbed, to the bit.
 */
@Tag("nightly")
class KilledExecutorsTest {

  private static final int EXECUTORS = 3;
  private static final int KILLS = 20;
  private static final int STOPS = 5;

  private static final AtomicInteger FAILED = new AtomicInteger();
  private static SparkSession session;

  @TempDir Path folder;

  private final Random random;

  KilledExecutorsTest() {
    long seed = Long.getLong("farsight.seed", System.nanoTime());
    System.out.println("-Dfarsight.seed=" + seed);
    random = new Random(seed);
  }

  @BeforeAll
  static void begin() {
    // A stopped executor is missed after 30 s, rather than two minutes. Kills come faster than
    // those
    // of a cluster, so some attempts in a row end before they have taken a checkpoint.
    session =
        LocalCluster.session(
            EXECUTORS,
            1,
            Map.of(
                "spark.executor.heartbeatInterval", "2s",
                "spark.network.timeout", "30s",
                "spark.network.timeoutInterval", "5s",
                "spark.stage.maxConsecutiveAttempts", "100"));
    session
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd task) {
                if (!task.taskInfo().successful()) {
                  FAILED.incrementAndGet();
                }
              }
            });
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static FarsightConfig config() {
    return ClusterRun.config()
        .set("data.synthetic.rows=60010")
        .set("checkpoint.every=50 steps")
        .set("sharding.timeout=5 s")
        .set("train.epochs=2");
  }

  private ProcessHandle anyExecutor() throws InterruptedException {
    List<ProcessHandle> executors = LocalCluster.executors();
    while (executors.size() < EXECUTORS) {
      TimeUnit.MILLISECONDS.sleep(50);
      executors = LocalCluster.executors();
    }
    return executors.get(random.nextInt(EXECUTORS));
  }

  private CompletableFuture<String> start(Path run) {
    return CompletableFuture.supplyAsync(
        () -> new SparkTraining(session).train(config(), run, EXECUTORS));
  }

  /** One run after the other, each with as many kills as happen until it ends. */
  @Test
  void executorsThatAreKilled() throws Exception {
    String undisturbed = ClusterRun.onOne(config(), folder.resolve("one"), EXECUTORS);
    int kills = 0;
    for (int run = 0; kills < KILLS; run++) {
      CompletableFuture<String> report = start(folder.resolve("run-" + run));
      int before = kills;
      while (kills < KILLS && await(report, 200 + random.nextInt(8000))) {
        ProcessHandle executor = anyExecutor();
        if (report.isDone()) {
          break;
        }
        LocalCluster.signal("KILL", executor);
        kills++;
        System.out.println("run " + run + ": kill " + kills);
      }
      assertThat(ClusterRun.digests(report.get(300, TimeUnit.SECONDS)))
          .as("run %d, kills %d to %d", run, before + 1, kills)
          .isEqualTo(undisturbed);
    }
  }

  /** Whether it is still running after a while. */
  private static boolean await(CompletableFuture<String> report, int millis)
      throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
    return !report.isDone();
  }

  /**
   * The others end without Spark, which misses an executor only after its own time; and if the
   * stopped one goes on before that, or when it was replaced, it spoils nothing.
   */
  @Test
  void executorsThatAreStoppedForAWhile() throws Exception {
    String undisturbed = ClusterRun.onOne(config(), folder.resolve("one"), EXECUTORS);
    for (int stop = 0; stop < STOPS; stop++) {
      Path run = folder.resolve("run-" + stop);
      CompletableFuture<String> report = start(run);
      Path checkpoint = run.resolve("checkpoints/step-000000000050");
      while (!Files.exists(checkpoint)) {
        assertThat(report).isNotDone();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
      ProcessHandle executor = anyExecutor();
      int failed = FAILED.get();
      assertThat(report).isNotDone();
      LocalCluster.signal("STOP", executor);
      long since = System.nanoTime();
      try {
        while (FAILED.get() == failed) {
          assertThat(report).isNotDone();
          assertThat(executor.isAlive()).as("Spark has not ended it before").isTrue();
          TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.println(
            "stop " + stop + ": seen after " + (System.nanoTime() - since) / 1_000_000 + " ms");
        // Before Spark misses it, or after.
        TimeUnit.SECONDS.sleep(random.nextBoolean() ? random.nextInt(10) : 35);
      } finally {
        LocalCluster.signal("CONT", executor);
      }
      assertThat(ClusterRun.digests(report.get(300, TimeUnit.SECONDS)))
          .as("stop %d", stop)
          .isEqualTo(undisturbed);
    }
  }
}
