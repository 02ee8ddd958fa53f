package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line says.
 *
 * @param overrides what {@code --set} says, in order
 */
record PrepareArguments(Path conf, Path out, long partRows, List<String> overrides) {

  private static final String USAGE =
      "usage: Prepare CONF --out DIR [--part-rows N] [--set KEY=VALUE ...]";

  /**
   * @throws ConfigException if something is missing or unknown
   */
  static PrepareArguments of(List<String> arguments) {
    Path conf = null;
    Path out = null;
    long partRows = SparkPreparation.PART_ROWS;
    var overrides = new ArrayList<String>();
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String option = equals < 0 ? argument : argument.substring(0, equals);
      String given = equals < 0 ? null : argument.substring(equals + 1);
      switch (option) {
        case "--out" -> out = path(option, value(option, given, rest));
        case "--set" -> overrides.add(value(option, given, rest));
        case "--part-rows" -> partRows = rows(option, value(option, given, rest));
        default -> {
          if (option.startsWith("-") || conf != null) {
            throw new ConfigException(argument + ": is not known here; " + USAGE);
          }
          conf = path("CONF", argument);
        }
      }
    }
    if (conf == null || out == null) {
      throw new ConfigException((conf == null ? "CONF" : "--out") + " is missing; " + USAGE);
    }
    return new PrepareArguments(conf, out, partRows, List.copyOf(overrides));
  }

  private static String value(String option, String given, Iterator<String> rest) {
    if (given == null && !rest.hasNext()) {
      throw new ConfigException(option + ": its value is missing; " + USAGE);
    }
    return given == null ? rest.next() : given;
  }

  private static Path path(String option, String text) {
    if (text.contains("://")) {
      throw new ConfigException(
          option + ": " + text + ": is an address; name a folder that all executors have mounted");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ConfigException(option + ": is not a path: " + e.getMessage(), e);
    }
  }

  private static long rows(String option, String text) {
    try {
      long rows = Long.parseLong(text);
      if (rows > 0) {
        return rows;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ConfigException(option + ": " + text + " is not a number of at least 1");
  }
}
