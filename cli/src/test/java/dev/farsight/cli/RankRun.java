package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code train --ranks} in a folder, as processes. */
final class RankRun implements AutoCloseable {

  /** Until it is ended. */
  static final String FOREVER = "data.synthetic.rows=1000000000";

  private static final String CONF =
      """
      farsight {
        data {
          batch-size = 60, eval-fraction = 0.000001
          synthetic { rows = 6000, cardinalities = [50, 400, 3000] }
        }
        model { embedding-dim = 4, dlrm { bottom-mlp = [8], top-mlp = [8] } }
        cache { size = "1000 rows" }
        compute.threads = 1
        lookahead.threads = 1
        storage.threads = 1
      }
      """;

  private final Path folder;
  private final Process process;

  private RankRun(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /** Its configuration, to be run in {@link #directory}. */
  static List<String> arguments(Path folder, String... sets) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "train",
                Files.writeString(folder.resolve("my.conf"), CONF).toString(),
                "--set",
                "run.directory=" + directory(folder)));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    return arguments;
  }

  static Path directory(Path folder) {
    return folder.resolve("run");
  }

  static RankRun start(Path folder, int ranks, String... sets) throws IOException {
    // A background process of a shell ignores SIGINT, and so do those it starts.
    var command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
    command.add(Distribution.make(folder.resolve("farsight")).launcher().toString());
    command.addAll(arguments(folder, sets));
    command.addAll(List.of("--ranks", Integer.toString(ranks)));
    return new RankRun(
        folder,
        Distribution.builder(folder, command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start());
  }

  /** The same run in the same folder, which was interrupted. */
  static RankRun resume(Path folder, int ranks) throws IOException {
    Path launcher = folder.resolve("farsight").resolve("bin").resolve("farsight");
    var command =
        List.of(
            launcher.toString(),
            "train",
            "--resume",
            directory(folder).toString(),
            "--ranks",
            Integer.toString(ranks));
    return new RankRun(
        folder,
        Distribution.builder(folder, command)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start());
  }

  Path directory() {
    return directory(folder);
  }

  ProcessHandle launcher() {
    return process.toHandle();
  }

  /** The processes that it has started and that live. */
  List<ProcessHandle> children() {
    try (Stream<ProcessHandle> children = process.children()) {
      return children.filter(RankRun::isMember).toList();
    }
  }

  /** The launching script has others. */
  private static boolean isMember(ProcessHandle child) {
    return variable(child, "FARSIGHT_PROCESS") != null;
  }

  /** The process of a number. */
  ProcessHandle child(int number) {
    return children().stream()
        .filter(child -> Integer.toString(number).equals(variable(child, "FARSIGHT_PROCESS")))
        .findFirst()
        .orElseThrow();
  }

  /** What is in the environment of a process; null if it is not there. */
  static String variable(ProcessHandle process, String name) {
    return strings(process, "environ").stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst()
        .orElse(null);
  }

  static List<String> commandLine(ProcessHandle process) {
    return strings(process, "cmdline");
  }

  private static List<String> strings(ProcessHandle process, String file) {
    try {
      return List.of(
          Files.readString(Path.of("/proc/" + process.pid() + "/" + file), UTF_8).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Until it trains. */
  RankRun awaitSteps() throws Exception {
    while (!out().contains("\nstep ")) {
      assertThat(process.isAlive()).as(out() + err()).isTrue();
      Thread.sleep(5);
    }
    return this;
  }

  /** Until it has started all others. */
  RankRun awaitChildren(int count) throws Exception {
    while (children().size() < count) {
      assertThat(process.isAlive()).as(out() + err()).isTrue();
      Thread.sleep(1);
    }
    return this;
  }

  static void signal(String name, List<ProcessHandle> processes) throws Exception {
    var command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(to -> command.add(Long.toString(to.pid())));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  int status() throws InterruptedException {
    return Distribution.status(process);
  }

  /** Whether it ends within so many seconds. */
  boolean endsWithin(int seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  String out() throws IOException {
    return Files.readString(folder.resolve("out.txt"), UTF_8);
  }

  String err() throws IOException {
    return Files.readString(folder.resolve("err.txt"), UTF_8);
  }

  Path output(int number) {
    return directory().resolve("processes").resolve(Integer.toString(number)).resolve("output.txt");
  }

  /** Also those that are stopped, and cannot end themselves. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
