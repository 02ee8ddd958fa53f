package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.cli.FollowedProcesses.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training and server as processes side by side; both are killed, stopped and starved of disk. */
@Tag("nightly")
class FollowedProcessesTest {

  /** Enough for native libraries that are unpacked, but not for the rows of a checkpoint. */
  private static final int MOST_KIB = 400;

  @TempDir Path folder;
  private FollowedProcesses both;

  /** What was answered, by version. */
  private final Map<Long, Answer> answers = new TreeMap<>();

  @BeforeEach
  void make() throws IOException {
    both = new FollowedProcesses(folder);
  }

  @AfterEach
  void end() throws Exception {
    both.end();
  }

  /** A version always answers the same. */
  private long ask() throws Exception {
    Answer answer = both.ask();
    assertThat(answers.computeIfAbsent(answer.version(), version -> answer)).isEqualTo(answer);
    return answer.version();
  }

  private void askUntilVersion(long least) throws Exception {
    both.await(() -> ask() >= least);
  }

  private void askForVersions(int count) throws Exception {
    Set<Long> seen = new HashSet<>();
    both.await(
        () -> {
          seen.add(ask());
          return seen.size() > count;
        });
  }

  private void requireExpected() {
    answers.forEach(
        (version, answer) ->
            assertThat(answer.probabilities())
                .as("version %d", version)
                .isEqualTo(both.expected(version)));
  }

  @Test
  void fiveSwapsAndAKillOfEach() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    String[] sets = {"checkpoint.keep=1000", "checkpoint.every=2000 steps"};
    Process server = both.serve();
    assertThat(both.isReady()).isFalse();
    assertThat(both.get("/v2/health/live")).isEqualTo("{\"live\":true}");
    Process training = both.train(false, 0, sets);
    both.await(both::isReady);
    askForVersions(5);

    killInASwap(server, random);
    long newest = both.newest();
    both.serve();
    assertThat(ask()).isGreaterThanOrEqualTo(newest);

    killInACheckpoint(training, random);
    newest = both.newest();
    both.train(true, 0, sets);
    askUntilVersion(newest + 1);
    requireExpected();
    assertThat(answers).hasSizeGreaterThan(6);
  }

  private void killInASwap(Process server, Random random) throws Exception {
    long newest = both.newest();
    both.await(() -> both.newest() > newest);
    Thread.sleep(random.nextInt(40)); // it looks every 20 ms, and then loads
    server.destroyForcibly().waitFor();
  }

  /** A checkpoint has another name until it is whole. */
  private void killInACheckpoint(Process training, Random random) throws Exception {
    both.await(
        () -> {
          try (var files = Files.list(folder.resolve("run/checkpoints"))) {
            return files.anyMatch(file -> file.toString().endsWith(".partial"));
          }
        });
    Thread.sleep(random.nextInt(10));
    training.destroyForcibly().waitFor();
  }

  /** Its versions are gone when it goes on, so that it loads one in full. */
  @Test
  @Tag("nightly")
  void aServerThatSleptCatchesUp() throws Exception {
    Process training = both.train(false, 0, "checkpoint.keep=2", "checkpoint.every=200 steps");
    both.await(() -> both.newest() > 0);
    Process server = both.serve();
    long before = ask();
    long fullLoads = fullLoads();
    FollowedProcesses.signal(server, "STOP");
    both.await(() -> both.steps().get(0) > before + 10_000);
    FollowedProcesses.signal(training, "KILL");
    training.waitFor();
    FollowedProcesses.signal(server, "CONT");
    askUntilVersion(both.newest());
    assertThat(fullLoads()).isGreaterThan(fullLoads);
    assertThat(both.get("/metrics"))
        .contains("farsight_serving_update_failures_total 0.0")
        .doesNotContain("code=\"500\"");
    answers.keySet().retainAll(both.steps());
    requireExpected();
    assertThat(answers).containsKey(both.newest());
  }

  private long fullLoads() throws Exception {
    return both.get("/metrics")
        .lines()
        .filter(line -> line.startsWith("farsight_serving_full_loads_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  /** As on a full disk: the checkpoint that fails is not there, and what is there is served. */
  @Test
  @Tag("nightly")
  void aFullDiskOfTheTrainingEndsNoService() throws Exception {
    String[] sets = {
      "checkpoint.keep=1000",
      "data.synthetic.cardinalities=[50, 400000, 300]",
      "data.synthetic.rows=500000",
      "model.embedding-dim=16"
    };
    Process training = both.train(false, 0, sets);
    both.await(() -> both.newest() > 0);
    both.serve();
    ask();
    training.destroyForcibly().waitFor();
    long newest = both.newest();
    Process starved = both.train(true, MOST_KIB, sets);
    assertThat(Distribution.status(starved)).as(both.printed()).isEqualTo(1);
    assertThat(both.printed()).contains("file too large");
    assertThat(both.newest()).isEqualTo(newest);
    askUntilVersion(newest);
    assertThat(both.get("/metrics")).contains("farsight_serving_update_failures_total 0.0");
    both.train(true, 0, sets);
    askUntilVersion(newest + 1);
    requireExpected();
  }
}
