package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that this one has started to train with it. Its standard input is a pipe that this
 * process holds open: it ends when that closes, so that it never outlives this one.
 */
final class RankChild {

  private static final String OURS = "farsight: ";
  private static final int SIGNALLED = 128;

  /** More of what it printed is not looked at. */
  private static final int MOST_OUTPUT_BYTES = 1 << 20;

  private final int number;
  private final Path output;
  private final Process process;
  private volatile boolean killed;

  private RankChild(int number, Path output, Process process) {
    this.number = number;
    this.output = output;
    this.process = process;
  }

  /**
   * @param member what the process is told
   * @param directory of its files
   * @param arguments of its command line
   */
  static RankChild start(int number, RankMember member, Path directory, List<String> arguments) {
    Path output = directory.resolve("output.txt");
    try {
      Files.createDirectories(directory);
      ProcessBuilder builder =
          OwnJvm.builder(arguments).redirectErrorStream(true).redirectOutput(output.toFile());
      Lifeline.give(builder.environment());
      member.tell(builder.environment());
      return new RankChild(number, output, builder.start());
    } catch (IOException e) {
      throw DurableFiles.failed(directory, "process " + number + " cannot be started", e);
    }
  }

  int number() {
    return number;
  }

  Path output() {
    return output;
  }

  /** Calls back when the process has ended, on another thread. */
  void whenEnded(Runnable action) {
    var unused = process.onExit().thenRun(action);
  }

  /** Waits for its end. Whether it has ended. */
  boolean await(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** Ends it at once, whatever it does. */
  void kill() {
    if (process.isAlive()) {
      killed = true;
      process.destroyForcibly();
    }
  }

  /** Whether it has ended by itself, and not as it should, or as a signal asks it to. */
  boolean failed() {
    int status = endedByItself() ? process.exitValue() : 0;
    return status != 0 && status != Interrupt.INTERRUPTED && status != Interrupt.TERMINATED;
  }

  /** Not by this process. */
  boolean endedByItself() {
    return !killed && !process.isAlive();
  }

  /** How it has ended. */
  String end() {
    int status = process.exitValue();
    return status > SIGNALLED
        ? "was ended by signal " + (status - SIGNALLED)
        : "ended with status " + status;
  }

  /** It has ended before it had joined the others. */
  FarsightException neverCame() {
    String said = said();
    return new FarsightException(
        "process %d %s before it had joined the others%s; its output is in %s"
            .formatted(number, end(), said.isEmpty() ? "" : ": " + said, output));
  }

  /**
   * The failure of a run that the others blame on it. They see that it is gone; if it could say
   * why, that is what to tell.
   */
  FarsightException blamed(FarsightException failure) {
    String what = failure.getMessage();
    if (endedByItself()) {
      String said = process.exitValue() > SIGNALLED ? "" : said();
      what =
          said.isEmpty()
              ? what + "; process " + number + " " + end()
              : "process " + number + ": " + said;
    }
    return new FarsightException(what + "; its output is in " + output, failure);
  }

  /** The last error that it told, or that Java told of its start; empty if none. */
  private String said() {
    try (var in = Files.newInputStream(output)) {
      List<String> lines =
          new String(in.readNBytes(MOST_OUTPUT_BYTES), StandardCharsets.UTF_8).lines().toList();
      return lines.stream()
          .filter(line -> line.startsWith(OURS) && !line.startsWith(OURS + "warning: "))
          .map(line -> line.substring(OURS.length()))
          .reduce((before, after) -> after)
          .or(() -> lines.stream().filter(line -> line.startsWith("Error")).findFirst())
          .map(Quoted::line)
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
