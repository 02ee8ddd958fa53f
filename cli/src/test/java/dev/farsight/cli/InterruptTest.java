package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals, sent to processes. */
class InterruptTest {

  @TempDir Path folder;

  /** A run that stops when it is asked to, or never. */
  static final class Stubborn {

    private Stubborn() {}

    public static void main(String[] args) throws InterruptedException {
      var interrupt = new Interrupt();
      interrupt.install();
      var stopped = new CountDownLatch(1);
      if (!args[0].equals("before")) {
        interrupt.stopWith(
            () -> {
              System.out.println("stopping");
              if (args[0].equals("willing")) {
                stopped.countDown();
              }
              if (args[0].equals("blocked")) {
                new Semaphore(0).acquireUninterruptibly();
              }
            },
            () -> System.out.println("safe"));
      }
      System.out.println("ready");
      stopped.await();
      System.out.println("flushed");
      interrupt.over(Integer.parseInt(args[1]));
      System.exit(Integer.parseInt(args[1]));
    }
  }

  /** With signals as a shell in the foreground leaves them: a background one ignores SIGINT. */
  private Process start(List<String> command) throws IOException {
    var whole = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
    whole.addAll(command);
    return Distribution.builder(folder, whole).redirectErrorStream(true).start();
  }

  private Process stubborn(String how, int status) throws IOException {
    return start(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Stubborn.class.getName(),
            how,
            Integer.toString(status)));
  }

  private static void send(String signal, Process process) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(Distribution.status(kill)).isZero();
  }

  private static String line(BufferedReader out, String prefix) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
    throw new AssertionError("no line that starts with " + prefix);
  }

  @Test
  void theFirstStopsTheRunAndWaitsForIt() throws Exception {
    Process process = stubborn("willing", 0);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("INT", process);
      line(out, "stopping");
      line(out, "flushed");
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
  }

  @Test
  void aRunThatFailsWhileItStopsKeepsItsStatus() throws Exception {
    Process process = stubborn("willing", 1);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("INT", process);
      line(out, "flushed");
      assertThat(Distribution.status(process)).isEqualTo(1);
    }
  }

  @Test
  void theSecondEndsTheProcessAtOnce() throws Exception {
    Process process = stubborn("unwilling", 0);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("INT", process);
      line(out, "stopping");
      send("INT", process);
      line(out, "safe");
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
  }

  /** What asks the run to stop may wait for a lock that is never given back. */
  @Test
  void theSecondEndsTheProcessAlsoIfTheFirstStillWaits() throws Exception {
    Process process = stubborn("blocked", 0);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("INT", process);
      line(out, "stopping");
      send("INT", process);
      line(out, "safe");
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
  }

  @Test
  void aReaderThatIsBlockedDoesNotKeepTheProcess() throws Exception {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    PluginJars.blocking(plugins.resolve("blocking.jar"));
    var distribution = Distribution.make(folder.resolve("farsight"));
    Process process =
        start(
            List.of(
                distribution.launcher().toString(),
                "train",
                Files.writeString(
                        folder.resolve("blocking.conf"),
                        """
                        farsight {
                          data { source = blocking, batch-size = 100, eval-fraction = 0 }
                          model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
                          cache.size = all
                          compute.threads = 1
                          checkpoint.every = "1 steps"
                        }
                        """)
                    .toString(),
                "--set",
                "plugins.path=" + plugins,
                "--set",
                "run.directory=" + folder.resolve("run")));
    try (var out = process.inputReader(UTF_8)) {
      line(out, "blocked");
      send("INT", process);
      line(out, "stopping after this step");
      send("INT", process);
      assertThat(line(out, "ended at once")).isEqualTo("ended at once; left behind:");
      assertThat(out.readLine())
          .matches(
              "  \\Q%s\\E: the run; --resume continues from the checkpoint of step \\d+"
                  .formatted(folder.resolve("run")));
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
  }

  @Test
  void beforeARunTheFirstEndsTheProcess() throws Exception {
    Process process = stubborn("before", 0);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("INT", process);
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
  }

  @Test
  void terminationStopsLikewise() throws Exception {
    Process process = stubborn("willing", 0);
    try (var out = process.inputReader(UTF_8)) {
      line(out, "ready");
      send("TERM", process);
      line(out, "flushed");
      assertThat(Distribution.status(process)).isEqualTo(143);
    }
  }

  @Test
  void trainingStopsAfterItsStepAndReports() throws Exception {
    Path conf = folder.resolve("long.conf");
    Files.writeString(
        conf,
        """
        farsight {
          data {
            batch-size = 64, eval-fraction = 0.000001
            synthetic { rows = 1000000000, cardinalities = [50, 400, 30] }
          }
          model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
          cache { size = "250 rows" }
          compute.threads = 1
        }
        """);
    var distribution = Distribution.make(folder.resolve("farsight"));
    Path directory = folder.resolve("run");
    Process process =
        start(
            List.of(
                distribution.launcher().toString(),
                "train",
                conf.toString(),
                "--set",
                "run.directory=" + directory));
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      line(out, "step ");
      send("INT", process);
      line(out, "stopping after this step; Ctrl-C again ends at once");
      line(out, "stopped at step ");
      line(out, "report: " + directory.resolve("report.json"));
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
    var report = ConfigFactory.parseFile(directory.resolve("report.json").toFile());
    assertThat(report.getLong("data.train_samples")).isPositive();
    assertThat(directory.resolve("model")).isDirectory();
  }

  /** What is said to be left is there, and the next run takes it up or away. */
  @Test
  void theSecondSaysWhatIsLeftAndTheNextRunCleansUp() throws Exception {
    twiceIs("INT");
  }

  @Test
  @Tag("nightly")
  void soDoesTheSecondTermination() throws Exception {
    twiceIs("TERM");
  }

  private void twiceIs(String signal) throws Exception {
    Path conf = folder.resolve("long.conf");
    Files.writeString(
        conf,
        """
        farsight {
          data {
            batch-size = 64, eval-fraction = 0.5
            synthetic { rows = 400000, cardinalities = [50, 400, 30] }
          }
          train.epochs = 1000
          model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
          cache { size = "250 rows" }
          storage.backend = ssd
          checkpoint.every = "50 steps"
          compute.threads = 1
        }
        """);
    var distribution = Distribution.make(folder.resolve("farsight"));
    Path run = folder.resolve("run");
    var command =
        new ArrayList<>(
            List.of(
                distribution.launcher().toString(),
                "train",
                conf.toString(),
                "--set",
                "run.directory=" + run));
    Process process = start(command);
    List<String> left = new ArrayList<>();
    try (var out = process.inputReader(UTF_8)) {
      line(out, "step ");
      awaitCheckpoint(run);
      send(signal, process);
      line(out, "stopping after this step");
      send(signal, process);
      line(out, "ended at once; left behind:");
      out.lines().forEach(left::add);
    }
    assertThat(Distribution.status(process)).isEqualTo(signal.equals("INT") ? 130 : 143);
    assertThat(left.get(0)).contains(run + ": the run; --resume continues from the checkpoint");
    assertThat(left.get(left.size() - 1)).contains(run.resolve("store") + ": the store; ");
    for (String line : left) {
      // The run goes on while this is said: what was unfinished may have been finished since.
      String path = line.strip().replaceFirst(": .*", "");
      assertThat(List.of(path, path.replaceFirst("\\.partial$", "")))
          .anyMatch(name -> Files.exists(Path.of(name)));
    }

    Path checkpoints = run.resolve("checkpoints");
    Files.createDirectory(checkpoints.resolve("step-000000000007.partial"));
    Files.createFile(checkpoints.resolve("undo/000000000007.rows.partial"));
    // However late the signals came, there are steps left to train.
    long steps = Checkpoints.last(run) + 500;
    command.addAll(List.of("--resume", "--set", "train.max-steps=" + steps));
    var resumed = Distribution.run(folder, command);
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.status()).isZero();
    try (var files = Files.walk(run)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".partial"));
    }
  }

  private static void awaitCheckpoint(Path run) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (Checkpoints.last(run) < 0) {
      assertThat(System.nanoTime()).as("no checkpoint in %s", run).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void synthesisThatIsStoppedLeavesNothing() throws Exception {
    var distribution = Distribution.make(folder.resolve("farsight"));
    Path rows = folder.resolve("rows.csv");
    Process process =
        start(
            List.of(
                distribution.launcher().toString(),
                "data",
                "synth",
                "--rows",
                "1000000000",
                "--out",
                rows.toString()));
    try (var out = process.inputReader(UTF_8)) {
      line(out, "writing rows.csv");
      send("INT", process);
      line(out, "stopped; nothing was written");
      assertThat(Distribution.status(process)).isEqualTo(130);
    }
    assertThat(rows).doesNotExist();
    assertThat(folder.resolve("rows.csv.part")).doesNotExist();
  }
}
