package dev.farsight.cli;

import com.typesafe.config.Config;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** The main figures of a report, for the end of a run. */
final class Summary {

  private final Config report;

  Summary(Config report) {
    this.report = report;
  }

  void print(PrintStream out, String command, Path file) {
    if (command.equals("train")) {
      out.println(throughput());
    }
    if (report.hasPath("quality.auroc")) {
      out.println(quality());
    }
    if (report.hasPath("cache.policy")) {
      out.println(cache());
    }
    if (has("data.bad_rows")) {
      out.println("skipped " + count("data.bad_rows") + " malformed rows");
    }
    out.println("report: " + file);
  }

  private String throughput() {
    return "trained "
        + count("data.train_samples")
        + " samples in "
        + fixed("throughput.epoch_seconds", 1)
        + " s an epoch: "
        + Amount.count(Math.round(number("throughput.samples_per_second")))
        + " samples/s, "
        + fixed("throughput.iterations_per_second", 1)
        + " it/s";
  }

  private String quality() {
    var line = new StringBuilder("AUROC ").append(fixed("quality.auroc", 4));
    if (report.hasPath("quality.auroc_ceiling")) {
      double share = 100 * number("quality.auroc") / number("quality.auroc_ceiling");
      line.append(" (ceiling ").append(fixed("quality.auroc_ceiling", 4));
      line.append(String.format(Locale.ROOT, ", %.1f %% of it)", share));
    }
    line.append(", logloss ").append(fixed("quality.logloss", 4));
    line.append(", accuracy ").append(fixed("quality.accuracy", 4));
    return line.append(", on ").append(count("data.eval_samples")).append(" samples").toString();
  }

  private String cache() {
    return "cache "
        + report.getString("cache.policy")
        + " of "
        + count("cache.slots")
        + " slots: hit ratio "
        + String.format(Locale.ROOT, "%.1f %%", 100 * number("cache.hit_ratio"))
        + ", "
        + count("cache.loaded_rows")
        + " rows loaded, "
        + count("cache.evicted_rows")
        + " evicted";
  }

  private boolean has(String path) {
    return report.hasPath(path) && report.getLong(path) > 0;
  }

  private String count(String path) {
    return Amount.count(report.hasPath(path) ? report.getLong(path) : 0);
  }

  private String fixed(String path, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number(path));
  }

  private double number(String path) {
    return report.hasPath(path) ? report.getDouble(path) : Double.NaN;
  }
}
