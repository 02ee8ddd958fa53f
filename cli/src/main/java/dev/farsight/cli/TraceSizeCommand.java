package dev.farsight.cli;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import dev.farsight.bench.replay.Curves;
import dev.farsight.bench.replay.Json;
import dev.farsight.bench.replay.SizeSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "size",
    description =
        "Recommends a cache size: the fewest slots with which each policy reaches a hit rate.")
final class TraceSizeCommand implements Callable<Integer> {

  private static final Pattern RATIO = Pattern.compile("([0-9]*\\.?[0-9]+) *(%?)");

  private final Shell shell;

  @Mixin private TraceArguments trace;

  @Mixin private SampleArgument sample;

  @Option(
      names = "--target-hit",
      required = true,
      paramLabel = "RATIO",
      description = "Hit rate to reach, such as 95%% or 0.95.")
  private String target;

  TraceSizeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    double aim = ratio(target);
    trace.refuseCacheSize("it is what this command looks for");
    try (Setup setup = trace.setup(shell.environment())) {
      var contenders = trace.contenders(setup);
      var recorded = trace.trace();
      var settings = trace.settings(setup, recorded);
      int rowBytes = settings.format().bytes();
      var curves = Curves.of(recorded, trace.batch(recorded), sample.rate(), settings);
      var search = new SizeSearch(curves, aim);
      List<SizeSearch.Found> found = new ArrayList<>();
      found.add(search.bound());
      if (!found.get(0).reached()) {
        throw new FarsightException(
            String.format(
                Locale.ROOT,
                "%s: no cache reaches %s: with every row resident %.2f%% of the lookups hit, the others use a row for the first time",
                recorded.name(),
                target,
                100 * found.get(0).hitRatio()));
      }
      contenders.forEach(contender -> found.add(search.of(contender)));
      sample.describe(shell, recorded.name(), curves);
      var table = new TextTable("POLICY", "SLOTS", "OF DISTINCT ROWS", "MEMORY", "HIT RATE");
      for (SizeSearch.Found one : found) {
        table.row(
            List.of(
                one.policy(),
                Amount.count(one.size().slots()),
                one.size().label(),
                Amount.bytes((long) one.size().slots() * rowBytes),
                String.format(Locale.ROOT, "%.4f", one.hitRatio())));
      }
      table.print(shell.out());
      if (trace.out != null) {
        Json.write(
            trace.out,
            found.stream().map(one -> Json.of(one, aim, curves.requests(), rowBytes)).toList());
      }
      return 0;
    }
  }

  private static double ratio(String text) {
    Matcher ratio = RATIO.matcher(text.trim());
    if (ratio.matches()) {
      double value = Double.parseDouble(ratio.group(1)) / (ratio.group(2).isEmpty() ? 1 : 100);
      if (value > 0 && value <= 1) {
        return value;
      }
    }
    throw new ConfigException(
        "--target-hit: " + Quoted.of(text) + " is no share of the lookups; write 95% or 0.95");
  }
}
