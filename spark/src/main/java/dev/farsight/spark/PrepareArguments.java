package dev.farsight.spark;

import dev.farsight.api.config.ConfigException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    Options options = Typed.read(new Options(), arguments, USAGE);
    return new PrepareArguments(
        options.typed.conf(), options.out, options.partRows, options.typed.overrides());
  }

  private static final class Options {

    @Mixin private final Typed typed = new Typed();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        converter = Typed.MountedPath.class)
    private Path out;

    @Option(names = "--part-rows", paramLabel = "N", converter = Typed.Positive.class)
    private long partRows = SparkPreparation.PART_ROWS;
  }
}
