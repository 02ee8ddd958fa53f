package dev.farsight.bench.ablation;

import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs the cells of a suite that are not done yet, one after the other, and puts all results
 * together. What is done stays done: a suite that was stopped, or killed, goes on where it was.
 */
public final class SuiteRun {

  private final Suite suite;
  private final Schedule schedule;
  private final Components components;
  private final Path directory;
  private final CellProcess process;
  private final Bounds bounds;
  private final String command;
  private final SuiteListener listener;

  /**
   * @param launcher the script that starts Farsight
   * @param directory where the suite leaves its files
   * @param command how the suite was started, for its results
   */
  public SuiteRun(
      Suite suite,
      Schedule schedule,
      Components components,
      Path launcher,
      Path directory,
      String command,
      SuiteListener listener) {
    this.suite = suite;
    this.schedule = schedule;
    this.components = components;
    this.directory = directory;
    this.command = command;
    this.listener = listener;
    bounds = new Bounds(directory);
    process = new CellProcess(launcher, suite.timeLimit());
  }

  /**
   * How a suite ended: {@code failed} of its cells failed, {@code skipped} have a cache that cannot
   * hold a batch, {@code missing} did not run.
   */
  public record Ending(
      int done, int failed, int skipped, int missing, int deviating, Path report) {}

  /** Says what would run, and about how long it would take. */
  public void dryRun() {
    sayLeftOut();
    List<CellResult> results = results();
    var estimate = new Estimate(components, results);
    List<Cell> missing = missing(results);
    for (CellResult result : results) {
      listener.say(
          "%-9s %s"
              .formatted(
                  result.done() ? "done" : Estimate.text(estimate.seconds(result.cell())),
                  result.cell().text()));
    }
    boolean calibrated = results.stream().anyMatch(CellResult::done);
    listener.say(
        String.format(
            Locale.ROOT,
            "%d cells, %d of them done; the others take about %s%s",
            results.size(),
            results.size() - missing.size(),
            Estimate.text(estimate.seconds(missing)),
            calibrated ? "" : ", a guess by their arithmetic until a first one has run"));
  }

  /** Runs what is missing. */
  public Ending run() {
    sayLeftOut();
    try (var folder = SuiteDirectory.open(directory)) {
      List<CellResult> results = new ArrayList<>(results());
      List<Cell> missing = missing(results);
      listener.say(
          String.format(
              Locale.ROOT,
              "%d cells, %d of them done already; the others take about %s",
              results.size(),
              results.size() - missing.size(),
              Estimate.text(new Estimate(components, results).seconds(missing))));
      int number = results.size() - missing.size();
      for (int c = 0; c < results.size() && !process.stopped(); c++) {
        Cell cell = results.get(c).cell();
        if (!results.get(c).done() && !results.get(c).tooSmall()) {
          results.set(c, process.run(cell, folder.fresh(cell)));
          folder.tidy(cell);
          say(++number, results, c);
          write(folder, results, false);
        }
      }
      return finish(folder, results);
    }
  }

  private Ending finish(SuiteDirectory folder, List<CellResult> results) {
    if (suite.bound() && !process.stopped()) {
      var done = results.stream().filter(CellResult::done).map(CellResult::cell).toList();
      bounds.compute(done, components, listener);
    }
    Results all = write(folder, results, true);
    int done = (int) results.stream().filter(CellResult::done).count();
    int failed = (int) results.stream().filter(CellResult::failed).count();
    int skipped = (int) results.stream().filter(CellResult::tooSmall).count();
    int deviating = all.losses().stream().mapToInt(group -> group.deviating().size()).sum();
    return new Ending(
        done,
        failed,
        skipped,
        results.size() - done - failed - skipped,
        deviating,
        directory.resolve("report.html"));
  }

  /** Ends the cell under way; {@link #run} then reports and returns. Any thread. */
  public void stop() {
    process.stop();
  }

  private Results write(SuiteDirectory folder, List<CellResult> results, boolean html) {
    var all = new Results(suite, directory, command, schedule.leftOut(), results, bounds);
    folder.write("results.csv", all.csv());
    folder.write("results.json", all.json() + "\n");
    if (html) {
      folder.write("report.html", HtmlReport.of(suite.name(), all.jsonWithoutConfigurations()));
    }
    return all;
  }

  private List<CellResult> results() {
    return schedule.cells().stream()
        .map(cell -> CellResult.of(cell, SuiteDirectory.cell(directory, cell)))
        .toList();
  }

  private static List<Cell> missing(List<CellResult> results) {
    return results.stream()
        .filter(result -> !result.done() && !result.tooSmall())
        .map(CellResult::cell)
        .toList();
  }

  private void sayLeftOut() {
    LeftOut.byReason(schedule.leftOut()).forEach(listener::say);
  }

  private void say(int number, List<CellResult> results, int latest) {
    CellResult result = results.get(latest);
    String head =
        String.format(Locale.ROOT, "[%d/%d] %s: ", number, results.size(), result.cell().text());
    if (result.done()) {
      List<Cell> left = missing(results.subList(latest, results.size()));
      listener.say(
          head
              + String.format(
                  Locale.ROOT,
                  "%,.0f samples/s, hits %.1f %%, %s%s",
                  result.samplesPerSecond(),
                  100 * result.cache().getDouble("hit_ratio"),
                  Estimate.text(result.seconds()),
                  left.isEmpty()
                      ? ""
                      : "; about "
                          + Estimate.text(new Estimate(components, results).seconds(left))
                          + " left"));
    } else if (result.tooSmall()) {
      listener.say(head + "skipped: " + result.failure());
    } else if (result.failed()) {
      listener.say(
          head
              + "failed: "
              + result.failure()
              + " (log: "
              + SuiteDirectory.cell(directory, result.cell()).resolve("output.txt")
              + ")");
    }
  }
}
