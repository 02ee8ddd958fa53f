package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.attribution.PluginException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells errors: one line for the user, the stack trace for the log. */
final class Failures {

  /** More is no line for a person. */
  private static final int LONGEST = 2000;

  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

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
      return FAILED;
    }
    if (e instanceof FarsightException) {
      // A plugin's author needs the stack trace too.
      tell(e.getMessage() + (e instanceof PluginException ? trace(e, logged) : ""));
      return e instanceof ConfigException ? WRONG_USE : FAILED;
    }
    if (e instanceof InvalidPathException path) {
      tell("'" + Quoted.of(path.getInput()) + "' is not a path: " + path.getReason());
      return WRONG_USE;
    }
    if (e instanceof com.typesafe.config.ConfigException) {
      // Names the file, the line and the key.
      tell(e.getMessage());
      return WRONG_USE;
    }
    tell(unexpected(e) + trace(e, logged));
    return FAILED;
  }

  /** Where the stack trace is. */
  private String trace(Throwable e, boolean logged) {
    return logs.file()
        .filter(file -> logged)
        .or(() -> writeTrace(e))
        .map(file -> " (stack trace in " + file + ")")
        .orElse("");
  }

  /** What nobody foresaw: a plugin's mistake if its jar is on the stack, or else ours. */
  private static String unexpected(Throwable e) {
    Optional<String> plugin = plugin(e);
    if (plugin.isPresent()) {
      return plugin.get() + " failed: " + root(e) + "; its author can mend that";
    }
    if (e instanceof UncheckedIOException unchecked) {
      IOException cause = unchecked.getCause();
      String file = cause instanceof FileSystemException failure ? failure.getFile() + ": " : "";
      return file + IoReason.of(cause);
    }
    return "internal error: " + e;
  }

  /**
   * The plugin in whose code it happened, or that called what failed: the loader of each plugin's
   * jar is named after the jar.
   */
  private static Optional<String> plugin(Throwable e) {
    return causes(e)
        .flatMap(cause -> Arrays.stream(cause.getStackTrace()))
        .filter(frame -> frame.getClassLoaderName() != null)
        .filter(frame -> frame.getClassLoaderName().endsWith(".jar"))
        .findFirst()
        .map(
            frame ->
                "plugin "
                    + Quoted.of(frame.getClassLoaderName())
                    + " (class "
                    + Quoted.of(frame.getClassName())
                    + ")");
  }

  private static String root(Throwable e) {
    return Quoted.of(causes(e).reduce((before, last) -> last).orElse(e).toString());
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause).limit(100);
  }

  private static boolean heapIsFull(Throwable e) {
    return causes(e)
        .anyMatch(
            cause ->
                cause instanceof OutOfMemoryError && "Java heap space".equals(cause.getMessage()));
  }

  /** Tells one line. */
  void tell(String message) {
    err.println(line(message));
    err.flush();
  }

  /** A message as one line for the console. */
  static String line(String message) {
    String text = Quoted.line(String.valueOf(message));
    return "farsight: " + (text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text);
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
