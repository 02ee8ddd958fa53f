package dev.farsight.bench.ablation;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The figures of a cell that is done, under the names that results.csv and results.json use. What
 * was <em>counted</em> is a function of the configuration alone; what was <em>measured</em> is not.
 */
final class CellFigures {

  private static final List<String> STAGES =
      List.of("read", "dedupe", "plan", "order", "fetch", "compute", "write_back");

  /** Of the report's quality, beside AUROC. */
  private static final List<String> METRICS =
      List.of("logloss", "accuracy", "auprc", "normalised_entropy", "calibration", "gauc");

  private final CellResult result;

  CellFigures(CellResult result) {
    this.result = result;
  }

  /**
   * @param bound rows that have to come in, where that is known
   */
  Map<String, Object> counted(OptionalLong bound) {
    Config cache = result.cache();
    Config report = result.report();
    long rowBytes = report.getLong("cache.row_bytes");
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("steps", result.measured().getLong("steps"));
    figures.put("slots", report.getLong("cache.slots"));
    figures.put("hit_ratio", cache.getDouble("hit_ratio"));
    figures.put("unique_hit_ratio", cache.getDouble("unique_hit_ratio"));
    for (String rows : List.of("loaded", "forwarded", "evicted", "written_back")) {
      figures.put(rows + "_rows", cache.getLong(rows + "_rows"));
    }
    figures.put("loaded_bytes", cache.getLong("loaded_rows") * rowBytes);
    figures.put("written_back_bytes", cache.getLong("written_back_rows") * rowBytes);
    // Of the whole run, as the bound is.
    long missed = report.getLong("cache.unique_rows") - report.getLong("cache.unique_hits");
    figures.put("run_steps", report.getLong("throughput.steps"));
    figures.put("run_missed_rows", missed);
    figures.put("run_bound_rows", bound.isPresent() ? bound.getAsLong() : null);
    figures.put("regret", bound.orElse(0) > 0 ? (double) missed / bound.getAsLong() - 1 : null);
    figures.put("device_bytes", report.getLong("memory.device_bytes"));
    figures.put("auroc", orNull(result.auroc()));
    for (String metric : METRICS) {
      figures.put(metric, number(report, "quality." + metric));
    }
    figures.put("train_samples", report.getLong("data.train_samples"));
    return finite(figures);
  }

  Map<String, Object> measured() {
    Config report = result.report();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("samples_per_second", result.samplesPerSecond());
    figures.put("iterations_per_second", result.measured().getDouble("iterations_per_second"));
    figures.put("lookahead_shrunk", result.cache().getLong("lookahead_shrunk"));
    figures.put("store_bytes", report.getLong("memory.store_bytes"));
    figures.put("peak_rss_bytes", report.getLong("memory.peak_rss_bytes"));
    double steps = report.getDouble("throughput.steps");
    for (String stage : STAGES) {
      double seconds = report.getDouble("throughput.stages." + stage);
      figures.put(stage + "_ms", steps == 0 ? null : seconds * 1000 / steps);
    }
    figures.put("train_seconds", report.getDouble("throughput.train_seconds"));
    figures.put("cell_seconds", orNull(result.seconds()));
    return finite(figures);
  }

  private static Object number(Config report, String path) {
    return report.hasPath(path) ? report.getDouble(path) : null;
  }

  /** JSON has no word for anything else. */
  private static Map<String, Object> finite(Map<String, Object> figures) {
    figures.replaceAll(
        (name, figure) ->
            figure instanceof Double number && !Double.isFinite(number) ? null : figure);
    return figures;
  }

  private static Object orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
