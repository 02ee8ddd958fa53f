package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.bench.replay.Contender;
import dev.farsight.bench.replay.ReplaySettings;
import dev.farsight.bench.replay.Size;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Which trace, which policies, and how they are replayed: what all commands on traces are given.
 */
final class TraceArguments {

  private static final int MOST_BATCH = 1 << 24;
  private static final int MOST_LOOKAHEAD = 100_000;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      paramLabel = "FILE",
      description = "The trace; .gz, .xz and .zst are unpacked while reading.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "farsight (recorded; told by itself), be64, be32, text or arc.")
  private String format;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      split = ",",
      description = "Policies to replay; default: all. The bound is always shown.")
  private List<String> policies = new ArrayList<>();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples per batch; default: as recorded, or 1 for a trace of keys.")
  private Integer batch;

  @Option(
      names = "--lookahead",
      paramLabel = "N",
      split = ",",
      description = "Batches whose rows are known ahead; default: lookahead.batches.")
  private List<Integer> lookAheads = new ArrayList<>();

  @Option(
      names = "--conf",
      paramLabel = "CONF",
      description = "Configuration, for settings of policies and of the planner.")
  private Path conf;

  @Option(
      names = "--out",
      paramLabel = "FILE.json",
      description = "Also write the results to a file, as a list of objects.")
  Path out;

  /** The plugins and the configuration, which the caller closes. */
  Setup setup(Environment environment) {
    if (policies.isEmpty()) {
      arguments.refuse("cache.policy", "name policies with --policy");
    }
    if (batch == null) {
      arguments.refuse("data.batch-size", "it is the trace's; --batch sets another");
    }
    arguments.refuse("run.directory", "name a file for the results with --out");
    if (out != null) {
      PathCheck.file("--out", out);
    }
    return arguments.defaultsOr(conf, environment);
  }

  /** Refuses {@code --set cache.size} where nothing goes by it. */
  void refuseCacheSize(String instead) {
    arguments.refuse("cache.size", instead);
  }

  Trace trace() {
    return Traces.open(file, Optional.ofNullable(format));
  }

  int batch(Trace trace) {
    return batch == null ? trace.batchSize() : inRange("--batch", batch, MOST_BATCH);
  }

  /** The settings for each look-ahead asked for. */
  List<ReplaySettings> allSettings(Setup setup, Trace trace) {
    ReplaySettings settings = ReplaySettings.of(setup.settings(), trace.rowBytes());
    return lookAheads.isEmpty()
        ? List.of(settings)
        : lookAheads.stream()
            .map(n -> settings.withLookAhead(inRange("--lookahead", n, MOST_LOOKAHEAD)))
            .toList();
  }

  /** The settings for the one look-ahead that there may be. */
  ReplaySettings settings(Setup setup, Trace trace) {
    if (lookAheads.size() > 1) {
      throw new ConfigException("--lookahead: only replay takes more than one");
    }
    return allSettings(setup, trace).get(0);
  }

  static int inRange(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ConfigException(
          String.format(
              Locale.ROOT, "%s: %d is not a whole number from 1 to %d", option, value, most));
    }
    return value;
  }

  List<Contender> contenders(Setup setup) {
    var components = setup.components();
    var names = policies.isEmpty() ? components.policies().keySet() : policies;
    List<Contender> contenders =
        names.stream()
            .map(String::trim)
            .filter(name -> !name.equals(Contender.BELADY))
            .distinct()
            .map(name -> Contender.of(name, components))
            .toList();
    var cache = setup.settings().section("cache");
    contenders.forEach(contender -> contender.factory().check(cache.section(contender.name())));
    return contenders;
  }

  static List<Size> sizes(List<String> texts, long distinct) {
    return texts.stream().map(text -> Size.parse(text, distinct)).toList();
  }
}
