package dev.farsight.cli;

import dev.farsight.api.config.ConfigException;
import dev.farsight.bench.stats.DataStats;
import dev.farsight.bench.stats.StatsFolder;
import dev.farsight.bench.stats.StatsRun;
import dev.farsight.engine.build.SettingsCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stats",
    description = {
      "Tells what the data of a configuration is like: rows and clicks, each column, popularity of rows, and the hits to expect of caches.",
      "Counts once and trains nothing. With --out, runs can use the counts: cache.statistics.path = DIR."
    })
final class StatsCommand implements Callable<Integer> {

  private static final List<String> SIZES = List.of("0.1%", "1%", "10%");
  private static final int MOST_REPLAYED = 1_000_000;

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description = "Configuration file; without one, conf/quickstart.conf.")
  private Path conf;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Also write stats.json, the page stats.html and the counts of all rows to a folder; earlier ones are replaced.")
  private Path out;

  @Option(
      names = "--sizes",
      paramLabel = "SIZE",
      split = ",",
      description =
          "Cache sizes to tell the hits of: 1%% of all rows, 5000 rows, or all; default: 0.1%%,1%%,10%%.")
  private List<String> sizes = new ArrayList<>();

  @Option(
      names = "--replay-batches",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many of the first batches to replay for that; 0: none; default: 1000.")
  private int replayBatches;

  StatsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    arguments.refuse("run.directory", "name a folder for the results with --out");
    if (replayBatches < 0 || replayBatches > MOST_REPLAYED) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "--replay-batches: %d is not a whole number from 0 to %d",
              replayBatches,
              MOST_REPLAYED));
    }
    StatsFolder folder = out == null ? null : folder();
    try (Setup setup = arguments.quickstartOr(conf, shell.environment())) {
      SettingsCheck.of(setup.settings(), setup.components());
      DataStats stats = read(setup);
      if (stats == null) {
        shell.out().println("stopped; nothing was written");
        return 0;
      }
      new StatsTables(stats, shell.environment().columns()).print(shell.out());
      if (folder != null) {
        shell
            .interrupt()
            .endWith(() -> shell.out().println("ended at once; " + out + " is not complete"));
        folder.write(stats);
        shell.out().println("page: " + folder.page());
        shell.out().println("to use the counts: --set cache.statistics.path=" + out);
      }
      return 0;
    } finally {
      shell.interrupt().nothingToStop();
    }
  }

  private StatsFolder folder() {
    PathCheck.folder("--out", out);
    return new StatsFolder(out);
  }

  /** Null if it was stopped. */
  private DataStats read(Setup setup) {
    try (var progress = ProgressDisplay.on(shell)) {
      var run = new StatsRun(setup.settings(), setup.components(), progress);
      shell
          .interrupt()
          .stopWith(run::stop, () -> shell.out().println("ended at once; nothing is left behind"));
      return run.run(sizes.isEmpty() ? SIZES : sizes, replayBatches);
    } catch (StatsRun.Stopped e) {
      return null;
    }
  }
}
