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
record StatsArguments(
    Path conf, Path out, List<String> sizes, int replayBatches, List<String> overrides) {

  private static final String USAGE =
      "usage: Stats CONF --out DIR [--sizes SIZE,...] [--replay-batches N] [--set KEY=VALUE ...]";

  /** As the command {@code data stats} has it. */
  private static final int MOST_REPLAYED = 1_000_000;

  /**
   * @throws ConfigException if something is missing or unknown
   */
  static StatsArguments of(List<String> arguments) {
    Options options = Typed.read(new Options(), arguments, USAGE);
    if (options.replayBatches < 0 || options.replayBatches > MOST_REPLAYED) {
      throw new ConfigException(
          "--replay-batches: "
              + options.replayBatches
              + " is not a whole number from 0 to "
              + MOST_REPLAYED);
    }
    return new StatsArguments(
        options.typed.conf(),
        options.out,
        options.sizes == null ? SparkStats.SIZES : List.copyOf(options.sizes),
        options.replayBatches,
        options.typed.overrides());
  }

  private static final class Options {

    @Mixin private final Typed typed = new Typed();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        converter = Typed.MountedPath.class)
    private Path out;

    @Option(names = "--sizes", split = ",", paramLabel = "SIZE")
    private List<String> sizes;

    @Option(names = "--replay-batches", paramLabel = "N")
    private int replayBatches = SparkStats.REPLAY_BATCHES;
  }
}
