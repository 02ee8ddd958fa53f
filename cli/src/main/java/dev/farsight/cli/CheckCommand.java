package dev.farsight.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.MemoryForecast.Tier;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.Preview;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.build.FirstBatches;
import dev.farsight.engine.settings.ShardingSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description =
        "Checks a configuration; prints it in full, the memory it will take, how several devices divide the tables, and whether the cache holds a batch.")
final class CheckCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Option(names = "--origins", description = "Say where each value was set.")
  private boolean origins;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path file;

  CheckCommand(Shell shell) {
    this.shell = shell;
  }

  /** What is printed is HOCON as a whole: what is no configuration is a comment. */
  @Override
  public Integer call() {
    try (Setup setup = arguments.quickstartOr(file, shell.environment())) {
      setup.check();
      PathCheck.all(setup.settings());
      RunDirectory.requireNoReport(setup.settings());
      Preview preview = preview(setup);
      printConfig(setup.farsight());
      var compute = setup.components().compute(setup.settings());
      var availability = compute.probe();
      PrintStream out = shell.out();
      out.printf(
          "%n# compute %s %s here: %s%n",
          compute.name(), availability.available() ? "runs" : "cannot run", availability.detail());
      print(preview, setup.settings().section("data"));
      SplitsLine.of(preview.trainSamples(), setup.settings())
          .ifPresent(line -> out.println("# " + line));
      print(preview, ShardingSettings.processes(setup.settings()));
      PlanLines.of(preview).forEach(line -> out.println("# " + line));
      if (preview.steps() > 0) {
        out.printf(Locale.ROOT, "# training: %,d steps%n", preview.steps());
      }
      FewSteps.warning(preview.steps(), setup.settings())
          .ifPresent(warning -> out.println("# " + warning));
      print(preview.cache(), preview.batches());
      return 0;
    }
  }

  private Preview preview(Setup setup) {
    shell.interrupt().endWith(() -> shell.out().println("ended at once; nothing is left behind"));
    try (var progress = ProgressDisplay.onTerminalAlone(shell)) {
      return Preview.of(setup.farsight(), setup.components(), progress);
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private void printConfig(Config farsight) {
    var options =
        ConfigRenderOptions.defaults().setJson(false).setOriginComments(origins).setComments(false);
    shell.out().print(farsight.atPath("farsight").root().render(options));
  }

  private void print(Preview preview, Settings data) {
    String by = "";
    if (data.has("eval-path")) {
      by = ", those of data.eval-path";
    } else if (data.section("eval-where").has("column")) {
      by = ", those that data.eval-where chooses";
    }
    shell
        .out()
        .printf(
            "# data: %s for training, %s for evaluation%s%n",
            samples(preview.trainSamples()), samples(preview.evalSamples()), by);
  }

  private static String samples(long number) {
    return number == DataSource.UNKNOWN
        ? "an unknown number of samples"
        : Amount.count(number) + " samples";
  }

  /** What a process takes. */
  private void print(Preview preview, int processes) {
    MemoryForecast forecast = preview.memory();
    List<Long> ranks = preview.deviceBytes();
    List<Long> deviceBytes = ranks.subList(0, ranks.size() / processes);
    PrintStream out = shell.out();
    out.println(processes == 1 ? "# memory:" : "# memory of each of " + processes + " processes:");
    for (Tier tier : Tier.values()) {
      out.printf(
          "#   %-8s%12s%s%n",
          name(tier),
          Amount.bytes(forecast.bytes(tier)),
          tier == Tier.DEVICE ? byDevice(deviceBytes) : "");
      for (var line : forecast.lines()) {
        if (line.tier() == tier) {
          out.printf("#     %-30s%12s%n", line.what(), Amount.bytes(line.bytes()));
        }
      }
    }
  }

  /** What each of several devices takes of what they take together. */
  private static String byDevice(List<Long> bytes) {
    List<String> amounts = bytes.stream().map(Amount::bytes).toList();
    if (amounts.size() == 1) {
      return "";
    }
    if (amounts.stream().distinct().count() == 1) {
      return ": " + amounts.get(0) + " on each of " + amounts.size() + " devices";
    }
    return IntStream.range(0, amounts.size())
        .mapToObj(rank -> "device " + rank + " " + amounts.get(rank))
        .collect(Collectors.joining(", ", ": ", ""));
  }

  private void print(CacheFit cache, FirstBatches batches) {
    PrintStream out = shell.out();
    out.println("# " + cache.choice().line());
    out.printf(
        Locale.ROOT,
        "#   a batch can have %,d unique rows%s%n",
        cache.mostUniqueRows(),
        of(batches));
    cache
        .tooSmallFor(batches)
        .ifPresent(
            problem -> {
              throw new FarsightException("the cache is too small: " + problem);
            });
    out.println(
        cache.holdsEveryBatch()
            ? "#   every batch fits"
            : "#   a batch with many more unique rows than these may not fit, and would stop the run;"
                + " to hold every batch, "
                + cache.advice());
  }

  private static String of(FirstBatches batches) {
    int count = batches.rows().size();
    return count == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "; %s up to %,d",
            count == 1 ? "the first has" : "the first " + count + " have",
            batches.mostUniqueRows());
  }

  private static String name(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }
}
