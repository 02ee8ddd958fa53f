package dev.farsight.cli;

import dev.farsight.bench.replay.Comparison;
import dev.farsight.bench.replay.Contender;
import dev.farsight.bench.replay.Json;
import dev.farsight.bench.replay.Outcome;
import dev.farsight.bench.replay.ReplaySettings;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Sample;
import dev.farsight.bench.replay.Size;
import dev.farsight.bench.replay.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "replay",
    description =
        "Replays a trace through cache policies and tells how far each is from the bound.")
final class TraceReplayCommand implements Callable<Integer> {

  private static final List<String> SIZES = List.of("0.1%", "1%", "10%");

  private final Shell shell;

  @Mixin private TraceArguments trace;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      split = ",",
      description =
          "Cache sizes: 1%% of the distinct rows, 5000 rows, or all; default: 0.1%%,1%%,10%%.")
  private List<String> sizes = new ArrayList<>();

  @Option(names = "--tables", description = "Show each table's figures too.")
  private boolean tables;

  TraceReplayCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (sizes.isEmpty()) {
      trace.refuseCacheSize("name sizes with --size");
    }
    try (Setup setup = trace.setup(shell.environment())) {
      var contenders = trace.contenders(setup);
      var recorded = trace.trace();
      var allSettings = trace.allSettings(setup, recorded);
      int rowBytes = allSettings.get(0).format().bytes();
      var requests = Requests.of(recorded, trace.batch(recorded), Sample.ALL);
      var asked = TraceArguments.sizes(sizes.isEmpty() ? SIZES : sizes, requests.distinct());
      var comparison = new Comparison(requests);
      describe(recorded.name(), requests);
      long least = comparison.leastSlots(allSettings.get(0).regions());
      var sizesThatFit = SkippedSizes.of(asked, least, requests.distinct(), shell);
      var table =
          new TextTable(
              "SIZE",
              "SLOTS",
              "POLICY",
              "LOOK-AHEAD",
              "HIT RATE",
              "UNIQUE HIT RATE",
              "LOADED",
              "FORWARDED",
              "WRITTEN BACK",
              "TRANSFERRED",
              "REGRET",
              "COMPULSORY MISSES",
              "CAPACITY MISSES",
              "POLICY MISSES",
              "M LOOKUPS/S");
      var byTable =
          new TextTable(
              "SIZE",
              "POLICY",
              "TABLE",
              "LOOKUPS",
              "HIT RATE",
              "UNIQUE HIT RATE",
              "COMPULSORY MISSES",
              "CAPACITY MISSES",
              "POLICY MISSES");
      List<Map<String, Object>> json = new ArrayList<>();
      for (Size size : sizesThatFit) {
        Outcome bound = comparison.bound(size.slots(), allSettings.get(0));
        for (Outcome outcome : outcomes(comparison, bound, contenders, allSettings)) {
          table.row(row(size, outcome, bound, rowBytes));
          addTables(byTable, size, outcome, requests);
          json.add(Json.of(outcome, bound, size, requests, rowBytes));
        }
      }
      table.print(shell.out());
      if (tables) {
        shell.out().println();
        byTable.print(shell.out());
      }
      if (trace.out != null) {
        Json.write(trace.out, json);
      }
      return 0;
    }
  }

  /**
   * The bound, then each policy with each look-ahead; with one, if the policy does not look ahead.
   */
  private static List<Outcome> outcomes(
      Comparison comparison,
      Outcome bound,
      List<Contender> contenders,
      List<ReplaySettings> allSettings) {
    List<Outcome> outcomes = new ArrayList<>(List.of(bound));
    for (Contender contender : contenders) {
      int count = contender.looksAhead() ? allSettings.size() : 1;
      for (ReplaySettings settings : allSettings.subList(0, count)) {
        outcomes.add(comparison.outcome(bound.slots(), contender, bound, settings));
      }
    }
    return outcomes;
  }

  private void describe(String name, Requests requests) {
    shell
        .out()
        .printf(
            Locale.ROOT,
            "%s: %,d distinct rows of %,d %s; %,d batches of up to %,d samples, with up to %,d unique rows%n%n",
            name,
            requests.distinct(),
            requests.tables().size(),
            requests.tables().size() == 1 ? "table" : "tables",
            requests.batches(),
            requests.batchSize(),
            requests.maxUniqueRows());
  }

  private static List<String> row(Size size, Outcome outcome, Outcome bound, int rowBytes) {
    Tally.Figures all = outcome.tally().all();
    return List.of(
        size.label(),
        Amount.count(outcome.slots()),
        outcome.policy(),
        outcome.lookAhead() == 0 ? "-" : Amount.count(outcome.lookAhead()),
        ratio(all.hitRatio()),
        ratio(all.uniqueHitRatio()),
        Amount.count(outcome.loaded()),
        Amount.count(outcome.forwarded()),
        Amount.count(outcome.writtenBack()),
        Amount.bytes((outcome.loaded() + outcome.writtenBack()) * rowBytes),
        String.format(Locale.ROOT, "%.1f %%", 100 * outcome.regret(bound)),
        Amount.count(all.compulsory()),
        Amount.count(all.capacity()),
        Amount.count(all.policy()),
        String.format(Locale.ROOT, "%.1f", outcome.lookupsPerSecond() / 1e6));
  }

  private static void addTables(TextTable table, Size size, Outcome outcome, Requests requests) {
    for (int t = 0; t < requests.tables().size(); t++) {
      Tally.Figures figures = outcome.tally().of(t);
      table.row(
          List.of(
              size.label(),
              outcome.policy(),
              requests.tables().get(t).name(),
              Amount.count(figures.lookups()),
              ratio(figures.hitRatio()),
              ratio(figures.uniqueHitRatio()),
              Amount.count(figures.compulsory()),
              Amount.count(figures.capacity()),
              Amount.count(figures.policy())));
    }
  }

  private static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.4f", ratio);
  }
}
