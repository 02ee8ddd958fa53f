package dev.farsight.cli;

import dev.farsight.bench.replay.Curves;
import dev.farsight.bench.replay.Json;
import dev.farsight.bench.replay.MissRatio;
import dev.farsight.bench.replay.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "mrc",
    description = "Miss-ratio curves of a trace: the share of lookups that miss, by cache size.")
final class TraceMrcCommand implements Callable<Integer> {

  private static final int MOST_POINTS = 1000;

  private final Shell shell;

  @Mixin private TraceArguments trace;

  @Mixin private SampleArgument sample;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      split = ",",
      description = "Cache sizes: 1%% of the distinct rows, 5000 rows, or all.")
  private List<String> sizes = new ArrayList<>();

  @Option(
      names = "--points",
      paramLabel = "N",
      description =
          "Without --size: how many, from the smallest possible to all rows. Default: 12.")
  private int points = 12;

  @Option(names = "--tables", description = "Show each table's curve too.")
  private boolean tables;

  TraceMrcCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    TraceArguments.inRange("--points", points, MOST_POINTS);
    if (sizes.isEmpty()) {
      trace.refuseCacheSize("name sizes with --size");
    }
    try (Setup setup = trace.setup(shell.environment())) {
      var contenders = trace.contenders(setup);
      var recorded = trace.trace();
      var curves =
          Curves.of(
              recorded, trace.batch(recorded), sample.rate(), trace.settings(setup, recorded));
      List<MissRatio> found = curves.points(contenders, sizes(curves));
      sample.describe(shell, recorded.name(), curves);
      print("all tables", found, MissRatio::allLookups);
      for (int t = 0; tables && t < recorded.tables().size(); t++) {
        int table = t;
        shell.out().println();
        print(
            "table " + recorded.tables().get(t).name(), found, point -> point.lookups().get(table));
      }
      if (trace.out != null) {
        Json.write(
            trace.out, found.stream().map(point -> Json.of(point, curves.requests())).toList());
      }
      return 0;
    }
  }

  private List<Size> sizes(Curves curves) {
    int least = curves.leastSlots();
    if (sizes.isEmpty()) {
      return Size.ladder(least, curves.distinct(), points);
    }
    List<Size> asked = TraceArguments.sizes(sizes, curves.distinct());
    return SkippedSizes.of(asked, least, curves.distinct(), shell);
  }

  /** A row a size, a column a policy. */
  private void print(String title, List<MissRatio> found, ToDoubleFunction<MissRatio> ratio) {
    Map<Size, List<String>> rows = new LinkedHashMap<>();
    List<String> titles = new ArrayList<>(List.of("SIZE", "SLOTS"));
    for (MissRatio point : found) {
      if (!titles.contains(point.policy())) {
        titles.add(point.policy());
      }
      rows.computeIfAbsent(
              point.size(),
              size -> new ArrayList<>(List.of(size.label(), Amount.count(size.slots()))))
          .add(String.format(Locale.ROOT, "%.4f", ratio.applyAsDouble(point)));
    }
    shell.out().println("miss ratio, " + title + ":");
    var table = new TextTable(titles.toArray(String[]::new));
    rows.values().forEach(table::row);
    table.print(shell.out());
  }
}
