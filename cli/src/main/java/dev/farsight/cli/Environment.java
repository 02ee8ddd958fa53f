package dev.farsight.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the launcher found out about the place where the command runs.
 *
 * @param home the folder of the distribution or of the sources: {@code conf} and {@code plugins}
 *     are in it; empty when started without the launcher
 * @param columns width of the terminal that standard output is, or 0 if it is none
 * @param variables those of the process
 */
record Environment(Optional<Path> home, int columns, Map<String, String> variables) {

  /** Without variables. */
  Environment(Optional<Path> home, int columns) {
    this(home, columns, Map.of());
  }

  static Environment ofProcess() {
    return new Environment(
        Optional.ofNullable(System.getProperty("farsight.home")).map(Path::of),
        Integer.getInteger("farsight.columns", 0),
        System.getenv());
  }
}
