package dev.farsight.bench.ablation;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The process of a cell: {@code farsight train cell.conf}. It holds a pipe from this process as its
 * standard input and ends itself when that closes, so that no cell outlives its suite.
 */
final class CellProcess {

  /** Tells the process to end when its standard input does. */
  static final String LIFELINE = "FARSIGHT_LIFELINE";

  /** Tells the launcher not to build: all cells of a suite run the same classes. */
  private static final String BUILT = "FARSIGHT_BUILT";

  private static final int CRASHED = 128;

  private final Path launcher;
  private final Duration limit;
  private Process process;
  private boolean stopped;

  CellProcess(Path launcher, Duration limit) {
    this.launcher = launcher;
    this.limit = limit;
  }

  /** Runs a cell in its folder, to its end or the time limit; notes how it ended. */
  CellResult run(Cell cell, Path folder) {
    Path output = folder.resolve("output.txt");
    Path conf = folder.resolve("cell.conf");
    SuiteDirectory.write(conf, cell.file());
    long started = System.nanoTime();
    try {
      if (!start(List.of("train", conf.toString(), "--set", "run.directory=" + folder), folder)) {
        return new CellResult(cell, null, null, Double.NaN);
      }
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      if (!stopped()) {
        CellResult.note(folder, seconds, failure(ended, process.exitValue(), output));
      }
      return CellResult.of(cell, folder);
    } catch (IOException e) {
      throw DurableFiles.failed(launcher, "cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted", e);
    }
  }

  /** Ends the cell under way, and starts no more. Any thread. */
  synchronized void stop() {
    stopped = true;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  synchronized boolean stopped() {
    return stopped;
  }

  private synchronized boolean start(List<String> arguments, Path folder) throws IOException {
    if (stopped) {
      return false;
    }
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile());
    var environment = builder.environment();
    environment.put(LIFELINE, "stdin");
    environment.put(BUILT, "yes");
    environment.merge(
        "JDK_JAVA_OPTIONS",
        "\"-XX:ErrorFile=" + folder.resolve("hs_err.log").toAbsolutePath() + "\"",
        (own, ours) -> own + " " + ours);
    process = builder.start();
    return true;
  }

  private String failure(boolean ended, int status, Path output) throws IOException {
    if (!ended) {
      return "did not end within " + limit.toSeconds() + " s (time-limit)";
    }
    if (status == 0) {
      return null;
    }
    String said =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("farsight: ") && !line.contains("farsight: warning: "))
            .map(line -> line.substring("farsight: ".length()))
            .reduce((before, after) -> after)
            .orElse("");
    if (!said.isEmpty()) {
      return said;
    }
    return status > CRASHED
        ? String.format(
            Locale.ROOT,
            "the JVM was ended by signal %d (a crash leaves hs_err.log)",
            status - CRASHED)
        : "the JVM ended with status " + status;
  }
}
