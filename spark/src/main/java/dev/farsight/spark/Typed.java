package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** What all programs for {@code spark-submit} may be told, and how it is read. */
public final class Typed {

  @Parameters(arity = "1", paramLabel = "CONF", converter = MountedPath.class)
  private Path conf;

  @Option(names = "--set", paramLabel = "KEY=VALUE")
  private final List<String> overrides = new ArrayList<>();

  public Path conf() {
    return conf;
  }

  /** What {@code --set} says, in order. */
  public List<String> overrides() {
    return List.copyOf(overrides);
  }

  /**
   * Reads what was typed into an object of options that has this as a mixin.
   *
   * @param usage one line
   * @throws ConfigException if something is missing, unknown or wrong
   */
  public static <T> T read(T options, List<String> arguments, String usage) {
    try {
      new CommandLine(options)
          .setOverwrittenOptionsAllowed(true)
          .parseArgs(arguments.toArray(String[]::new));
      return options;
    } catch (ParameterException e) {
      throw new ConfigException(e.getMessage().lines().findFirst().orElse("") + "; " + usage, e);
    }
  }

  /** A path that driver and executors see under one name. */
  public static final class MountedPath implements ITypeConverter<Path> {

    @Override
    public Path convert(String text) {
      if (text.contains("://")) {
        throw new TypeConversionException(
            text + ": is an address; name one that all executors have mounted");
      }
      return Path.of(text);
    }
  }

  /** A whole number of at least 1. */
  public static final class Positive implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      try {
        long number = Long.parseLong(text);
        if (number > 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below.
      }
      throw new TypeConversionException(text + " is not a number of at least 1");
    }
  }
}
