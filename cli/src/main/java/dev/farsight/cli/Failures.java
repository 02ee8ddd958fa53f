package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Tells errors: one line for the user, the stack trace for the log. */
final class Failures {

  private final PrintStream err;
  private final Logs logs;

  Failures(PrintStream err, Logs logs) {
    this.err = err;
    this.logs = logs;
  }

  /** Tells what went wrong and returns the exit status for it. */
  int tell(Throwable e) {
    boolean logged = logs.failure(e);
    if (heapIsFull(e)) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      tell(
          String.format(
              Locale.ROOT,
              "Java's heap of %d MiB is too small; for twice as much: JDK_JAVA_OPTIONS=-Xmx%dm ./farsight ...",
              heap,
              2 * heap));
      return 1;
    }
    if (e instanceof FarsightException) {
      tell(e.getMessage());
      return e instanceof ConfigException ? 2 : 1;
    }
    String trace =
        logs.file()
            .filter(file -> logged)
            .or(() -> writeTrace(e))
            .map(file -> " (stack trace in " + file + ")")
            .orElse("");
    tell("internal error: " + e + trace);
    return 1;
  }

  private static boolean heapIsFull(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError && "Java heap space".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** Tells one line. */
  void tell(String message) {
    err.println("farsight: " + Quoted.line(String.valueOf(message)));
    err.flush();
  }

  /** For errors outside of a run, which has a log. */
  private static Optional<Path> writeTrace(Throwable e) {
    try {
      Path file = Files.createTempFile("farsight-", ".log");
      try (var writer = new PrintWriter(Files.newBufferedWriter(file))) {
        e.printStackTrace(writer);
      }
      return Optional.of(file);
    } catch (IOException notWritable) {
      return Optional.empty();
    }
  }
}
