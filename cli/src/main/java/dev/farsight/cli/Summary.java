package dev.farsight.cli;

import com.typesafe.config.Config;
import dev.farsight.api.internal.Quoted;
import java.io.PrintStream;
import java.math.BigDecimal;
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
    if (report.hasPath("early_stopped.metric")) {
      out.println(earlyStopped());
    }
    if (report.hasPath("restored_step")) {
      out.println("model: that of step " + count("restored_step") + ", the best one");
    }
    if (command.equals("eval") && !part().isEmpty()) {
      out.println(part());
    }
    if (report.hasPath("cache.policy")) {
      out.println(cache());
    }
    if (has("data.bad_rows")) {
      out.println("skipped " + count("data.bad_rows") + " malformed rows");
    }
    if (has("data.truncated_bags")) {
      out.println("truncated " + count("data.truncated_bags") + " bags of too many lookups");
    }
    out.println("report: " + file);
  }

  private String throughput() {
    return "trained "
        + count("data.train_samples")
        + " samples in "
        + fixed("throughput.epoch_seconds", 1)
        + " s per epoch: "
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
    if (report.hasPath("quality.gauc")) {
      line.append(", GAUC ").append(fixed("quality.gauc", 4));
    }
    line.append(", logloss ").append(fixed("quality.logloss", 4));
    line.append(", accuracy ").append(fixed("quality.accuracy", 4));
    return line.append(", on ").append(count("data.eval_samples")).append(" samples").toString();
  }

  private String earlyStopped() {
    return "stopped early after step "
        + count("throughput.steps")
        + ": "
        + report.getString("early_stopped.metric")
        + " was best, "
        + fixed("early_stopped.best", 4)
        + (report.hasPath("early_stopped.best_step")
            ? ", after step " + count("early_stopped.best_step")
            : "");
  }

  /** Which part of the data an evaluation was of; empty if it was of all samples. */
  private String part() {
    if (report.hasPath("config.data.eval-path")) {
      return "these are the samples of data.eval-path";
    }
    if (report.hasPath("config.data.eval-where.column")) {
      return "these are the samples that data.eval-where chooses by "
          + Quoted.of(text("config.data.eval-where.column"))
          + ", which training leaves out";
    }
    if (!report.hasPath("config.data.eval-fraction")
        || report.getDouble("config.data.eval-fraction") == 1) {
      return "";
    }
    // Prepared data may have a split of its own.
    boolean prepared = "npy".equals(text("config.data.source"));
    return (prepared ? "this is the evaluation part" : "these are the last " + percent())
        + " of the data, which training leaves out; data.eval-fraction = 1 evaluates all";
  }

  /** Null if the report has no such text. */
  private String text(String path) {
    return report.hasPath(path) ? report.getString(path) : null;
  }

  private String percent() {
    return new BigDecimal(report.getString("config.data.eval-fraction"))
            .movePointRight(2)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  private String cache() {
    return "cache "
        + report.getString("cache.policy")
        + " of "
        + count("cache.slots")
        + " slots: hit rate "
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
