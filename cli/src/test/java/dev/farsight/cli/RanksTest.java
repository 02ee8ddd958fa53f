package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train --ranks}: real processes, which are killed, stopped and interrupted. */
class RanksTest {

  @TempDir Path folder;

  private record Result(int status, String out, String err) {}

  /** In this process: for what starts no other. */
  private static Result run(List<String> args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status;
    try (var outStream = new PrintStream(out, true, UTF_8);
        var errStream = new PrintStream(err, true, UTF_8)) {
      status =
          Main.run(
              new Environment(Optional.empty(), 0),
              new Interrupt(),
              outStream,
              errStream,
              args.toArray(String[]::new));
    }
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static Config report(Path directory) {
    return ConfigFactory.parseFile(directory.resolve("report.json").toFile());
  }

  private static List<String> digests(Path directory) {
    Config report = report(directory);
    return List.of(report.getString("loss_sha256"), report.getString("weights_sha256"));
  }

  /** Two processes have two of four devices each; three have one each, as the settings name one. */
  @ParameterizedTest
  @CsvSource({"2, 4, 4", "3, 1, 3"})
  void theyTrainWhatOneProcessTrains(int ranks, int named, int devices) throws Exception {
    Path alone = Files.createDirectory(folder.resolve("alone"));
    var one = run(RankRun.arguments(alone, "compute.nd4j-native.devices=" + devices));
    assertThat(one.status()).as(one.err()).isZero();
    try (var run = RankRun.start(folder, ranks, "compute.nd4j-native.devices=" + named)) {
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .contains("step 100/100")
          .endsWith("report: " + run.directory().resolve("report.json") + "\n");
      assertThat(digests(run.directory())).isEqualTo(digests(RankRun.directory(alone)));
      assertThat(run.directory().resolve("model")).isDirectory();
      for (int number = 1; number < ranks; number++) {
        Path own = run.output(number).getParent();
        assertThat(own.resolve("run.log")).isNotEmptyFile();
        assertThat(own.resolve("model")).doesNotExist();
        assertThat(Files.readString(run.output(number))).doesNotContain("farsight: ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "STOP"})
  void oneThatDiesOrHangsEndsTheRunWithItsName(String signal) throws Exception {
    String[] sets = {RankRun.FOREVER, "compute.nd4j-native.devices=4", "sharding.timeout=3 s"};
    try (var run = RankRun.start(folder, 2, sets).awaitSteps()) {
      ProcessHandle child = run.child(1);
      String secret = RankRun.variable(child, "FARSIGHT_PROCESS_SECRET");
      assertThat(secret).matches("[0-9a-f]{32}");
      assertThat(RankRun.commandLine(child)).contains("--ranks").noneMatch(w -> w.contains(secret));
      RankRun.signal(signal, List.of(child));
      assertThat(run.endsWithin(10)).as(run.out()).isTrue();
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .matches(
              "farsight: rank [23] \\(cpu [23] of process 1\\) .*its output is in "
                  + run.output(1)
                  + "\n");
      assertThat(child.isAlive()).isFalse();
    }
  }

  /** With their stores on disk, and in memory. */
  @ParameterizedTest
  @CsvSource({"ssd, 2"})
  void aRunWhoseLauncherIsKilledGoesOn(String store, int ranks) throws Exception {
    String[] sets = {
      "checkpoint.every=20 steps",
      "train.epochs=3",
      "compute.nd4j-native.devices=2",
      "storage.backend=" + store
    };
    Path alone = Files.createDirectory(folder.resolve("alone"));
    var one = run(RankRun.arguments(alone, sets));
    assertThat(one.status()).as(one.err()).isZero();
    try (var run = RankRun.start(folder, 2, sets).awaitSteps()) {
      Path checkpoints = run.directory().resolve("checkpoints");
      while (!Files.exists(checkpoints.resolve("step-000000000040"))) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      RankRun.signal("KILL", List.of(run.launcher()));
      assertThat(run.endsWithin(10)).isTrue();
    }
    try (var resumed = RankRun.resume(folder, ranks)) {
      assertThat(resumed.status()).as(resumed.err()).isZero();
      assertThat(digests(resumed.directory())).isEqualTo(digests(RankRun.directory(alone)));
    }
    assertThat(run(List.of("checkpoint", "info", RankRun.directory(folder).toString())).out())
        .contains("the stores of 2 processes", ", process 0 of 2");
  }

  @Test
  void oneThatDiesBeforeItHasComeIsNotWaitedFor() throws Exception {
    try (var run = RankRun.start(folder, 3).awaitChildren(2)) {
      RankRun.signal("KILL", List.of(run.child(2)));
      assertThat(run.endsWithin(30)).as("of the 60 s of connect-timeout").isTrue();
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .isEqualTo(
              "farsight: process 2 was ended by signal 9 before it had joined the others; its"
                  + " output is in "
                  + run.output(2)
                  + "\n");
      assertThat(run.output(2)).exists();
      assertThat(run.directory().resolve("run.log")).doesNotExist();
    }
  }

  /** A terminal sends it to all; kill to one. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ctrlCStopsAllAfterTheSameStep(boolean toAll) throws Exception {
    try (var run = RankRun.start(folder, 2, RankRun.FOREVER).awaitSteps()) {
      var receivers = new ArrayList<>(List.of(run.launcher()));
      if (toAll) {
        receivers.addAll(run.children());
      }
      RankRun.signal("INT", receivers);
      assertThat(run.status()).as(run.err()).isEqualTo(130);
      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .contains("\nstopping after this step; Ctrl-C again ends at once\n")
          .containsPattern("\nstopped at step \\d+, not evaluated")
          .endsWith("report: " + run.directory().resolve("report.json") + "\n");
      assertThat(steps(run, 0)).isPositive().isEqualTo(steps(run, 1));
      String said = Files.readString(run.output(1));
      assertThat(said.contains("stopping after this step")).as(said).isEqualTo(toAll);
    }
  }

  private static long steps(RankRun run, int number) throws IOException {
    Path directory = number == 0 ? run.directory() : run.output(number).getParent();
    try (var lines = Files.lines(directory.resolve("metrics.jsonl"))) {
      return lines.filter(line -> line.contains("\"samples_per_second\"")).count();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ctrlCBeforeTheRunHasBegunLeavesNothing(boolean toAll) throws Exception {
    try (var run = RankRun.start(folder, 2, RankRun.FOREVER).awaitChildren(1)) {
      List<ProcessHandle> children = run.children();
      var receivers = new ArrayList<>(toAll ? children : List.<ProcessHandle>of());
      receivers.add(run.launcher());
      RankRun.signal("INT", receivers);
      assertThat(run.status()).as(run.err()).isEqualTo(130);
      assertThat(run.out()).endsWith("ended at once; nothing is left behind\n");
      assertThat(run.directory()).doesNotExist();
      awaitEnd(children);
    }
  }

  @Test
  void noneOutlivesTheFirst() throws Exception {
    try (var run = RankRun.start(folder, 2, RankRun.FOREVER).awaitSteps()) {
      List<ProcessHandle> children = run.children();
      assertThat(children).hasSize(1);
      RankRun.signal("KILL", List.of(run.launcher()));
      awaitEnd(children);
    }
  }

  private static void awaitEnd(List<ProcessHandle> children) throws Exception {
    for (ProcessHandle child : children) {
      child.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | | --ranks=0: must be from 1 to 64",
        "65 | | --ranks=65: must be from 1 to 64",
        "2 | --set sharding.processes=2 | --set sharding.processes: is not used here; the number of processes is --ranks",
        "2 | --set sharding.processes-per-host=2 | --set sharding.processes-per-host: is not used here; the number of processes is --ranks",
        "7 | | my.conf: 3: farsight.data.batch-size: 60 is not a multiple of 7, the number of devices: each of them has an equal part of each batch",
        "4 | --set compute.nd4j-native.devices=6 | farsight.sharding.processes-per-host: 4 cannot divide 6 devices of compute.backend = nd4j-native evenly: name a multiple of it, or one device that every process has",
        "2 | --set storage.ssd.path=store --set storage.backend=ssd | --set storage.ssd.path: farsight.storage.ssd.path: 'store' is one folder, but each of several processes has a store of its own; leave it out, and they are in the run directory",
        "2 | --set storage.threads=0 | --set storage.threads: farsight.storage.threads: 0 is not a whole number from 1 to 1024"
      })
  void whatIsWrongIsOneLineAndStartsNothing(String ranks, String more, String message)
      throws IOException {
    List<String> args = new ArrayList<>(RankRun.arguments(folder));
    args.addAll(List.of("--ranks", ranks));
    if (more != null) {
      args.addAll(List.of(more.split(" ")));
    }
    var result = run(args);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().replace(folder + "/", "")).isEqualTo("farsight: " + message + "\n");
    assertThat(RankRun.directory(folder)).doesNotExist();
  }

  /** Found out in the middle of opening the run, before others are started. */
  @Test
  void whatSeveralProcessesCannotDoStartsNothing() throws IOException {
    List<String> args = new ArrayList<>(RankRun.arguments(folder, "optimizer.freeze-rows=true"));
    args.addAll(List.of("--ranks", "2", "--set", "sharding.default=column"));
    var result = run(args);
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("farsight: ").containsOnlyOnce("\n");
    assertThat(RankRun.directory(folder)).doesNotExist();
  }

  @Test
  void oneRankIsAnOrdinaryRun() throws IOException {
    List<String> args = new ArrayList<>(RankRun.arguments(folder));
    args.addAll(List.of("--ranks", "1"));
    var result = run(args);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(RankRun.directory(folder).resolve("processes")).doesNotExist();
    assertThat(report(RankRun.directory(folder)).getLong("throughput.steps")).isEqualTo(100);
  }

  @Test
  void aCheckTellsTheMemoryOfAProcess() throws IOException {
    List<String> args =
        new ArrayList<>(
            RankRun.arguments(
                folder, "sharding.processes=3", "data.batch-size=60", "data.splits=4"));
    args.set(0, "check");
    var result = run(args);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("# memory of each of 3 processes:\n").contains("3 devices");
    assertThat(result.out())
        .contains("15 of each in a step; each of 3 processes reads up to 2 of them\n");
  }

  @Test
  void optionsOfOneProcessAreNotGivenToOthers() {
    assertThat(
            OwnJvm.options(
                List.of("-Xmx1g", "-Dfarsight.columns=80", "-agentlib:jdwp=address=5005", "-Da=b")))
        .containsExactly("-Xmx1g", "-Da=b");
    List<String> again = OwnJvm.builder(List.of("train", "a b")).command();
    assertThat(again.subList(again.size() - 3, again.size()))
        .containsExactly(Main.class.getName(), "train", "a b");
    assertThat(IntStream.range(0, again.size()).filter(i -> again.get(i).equals("-cp"))).hasSize(1);
  }
}
