package dev.farsight.spark.train;

import dev.farsight.api.config.ConfigException;
import dev.farsight.spark.Typed;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    Options options = Typed.read(new Options(), arguments, USAGE);
    return new TrainArguments(
        options.typed.conf(), Math.toIntExact(options.ranks), options.typed.overrides());
  }

  private static final class Options {

    @Mixin private final Typed typed = new Typed();

    @Option(names = "--ranks", paramLabel = "N", converter = Typed.Positive.class)
    private long ranks;
  }
}
