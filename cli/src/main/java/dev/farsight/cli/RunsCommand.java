package dev.farsight.cli;

import dev.farsight.watch.Json;
import dev.farsight.watch.runs.PastRun;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "runs", description = "Lists runs with their figures, the oldest first.")
final class RunsCommand implements Callable<Integer> {

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final Shell shell;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "Folder of runs; without one, runs.")
  private Path folder;

  @Option(names = "--json", description = "Print a JSON object for each run, on a line of its own.")
  private boolean json;

  RunsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Path searched = folder == null ? PathCheck.RUNS : folder;
    List<PastRun> runs = PastRun.in(searched);
    if (json) {
      runs.forEach(run -> shell.out().println(json(run).text()));
    } else if (runs.isEmpty()) {
      shell.out().println("no runs in " + searched);
    } else {
      printTable(runs);
    }
    return 0;
  }

  private void printTable(List<PastRun> runs) {
    boolean devices = runs.stream().anyMatch(run -> run.devices().size() > 1);
    var titles =
        new ArrayList<>(
            List.of("NAME", "STATE", "MODEL", "STEPS", "AUROC", "LOGLOSS", "SAMPLES/S", "HITS"));
    if (devices) {
      titles.add("DEVICES");
    }
    titles.add("WHEN");
    var table = new TextTable(titles.toArray(String[]::new));
    runs.forEach(run -> table.row(row(run, devices)));
    table.print(shell.out());
  }

  /**
   * @param devices whether to tell how many there were
   */
  private static List<String> row(PastRun run, boolean devices) {
    var row =
        new ArrayList<>(
            List.of(
                run.name(),
                state(run),
                run.text("config.model.type").orElse("-"),
                figure(run, "throughput.steps", "%,.0f", 1),
                figure(run, "quality.auroc", "%.4f", 1),
                figure(run, "quality.logloss", "%.4f", 1),
                figure(run, "throughput.samples_per_second", "%,.0f", 1),
                figure(run, "cache.hit_ratio", "%.1f %%", 100)));
    if (devices) {
      row.add(run.devices().isEmpty() ? "-" : Integer.toString(run.devices().size()));
    }
    row.add(MINUTE.format(run.lastSign().atZone(ZoneId.systemDefault())));
    return row;
  }

  private static String figure(PastRun run, String path, String format, double factor) {
    double value = run.number(path);
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, factor * value);
  }

  private static Json json(PastRun run) {
    return new Json()
        .put("name", run.name())
        .put("directory", run.directory().toString())
        .put("state", state(run))
        .put("command", run.text("command").orElse(null))
        .put("model", run.text("config.model.type").orElse(null))
        .put("steps", run.text("throughput.steps").map(Long::valueOf).orElse(null))
        .put("auroc", run.number("quality.auroc"))
        .put("logloss", run.number("quality.logloss"))
        .put("samples_per_second", run.number("throughput.samples_per_second"))
        .put("hit_ratio", run.number("cache.hit_ratio"))
        .put("devices", run.devices().isEmpty() ? null : run.devices().size())
        .put("last_sign", run.lastSign().toString());
  }

  private static String state(PastRun run) {
    return run.state().name().toLowerCase(Locale.ROOT);
  }
}
