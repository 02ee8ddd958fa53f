package dev.farsight.spark.train;

import dev.farsight.api.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line says.
 *
 * @param ranks how many executors train; 0: as many as there are
 * @param overrides what {@code --set} says, in order
 */
record TrainArguments(Path conf, int ranks, List<String> overrides) {

  private static final String USAGE = "usage: Train CONF [--ranks N] [--set KEY=VALUE ...]";

  /**
   * @throws ConfigException if something is missing or unknown
   */
  static TrainArguments of(List<String> arguments) {
    Path conf = null;
    int ranks = 0;
    var overrides = new ArrayList<String>();
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String option = equals < 0 ? argument : argument.substring(0, equals);
      String given = equals < 0 ? null : argument.substring(equals + 1);
      switch (option) {
        case "--set" -> overrides.add(value(option, given, rest));
        case "--ranks" -> ranks = number(option, value(option, given, rest));
        default -> {
          if (option.startsWith("-") || conf != null) {
            throw new ConfigException(argument + ": is not known here; " + USAGE);
          }
          conf = Path.of(argument);
        }
      }
    }
    if (conf == null) {
      throw new ConfigException("CONF is missing; " + USAGE);
    }
    return new TrainArguments(conf, ranks, List.copyOf(overrides));
  }

  private static String value(String option, String given, Iterator<String> rest) {
    if (given == null && !rest.hasNext()) {
      throw new ConfigException(option + ": its value is missing; " + USAGE);
    }
    return given == null ? rest.next() : given;
  }

  private static int number(String option, String text) {
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new ConfigException(option + ": " + text + " is not a number of at least 1");
  }
}
