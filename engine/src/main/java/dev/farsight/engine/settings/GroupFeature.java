package dev.farsight.engine.settings;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Nearest;
import dev.farsight.engine.metrics.Evaluation;
import dev.farsight.engine.metrics.QualityMetric;
import java.util.List;

/** The feature that groups the samples of an evaluation: {@code report.gauc}. */
public final class GroupFeature {

  static final String KEY = "gauc";

  private GroupFeature() {}

  /**
   * Checks that evaluations tell a metric.
   *
   * @param metric the name of a {@link QualityMetric}
   * @param section has the metric as its key {@code metric}
   * @param report the section {@code farsight.report}
   * @throws ConfigException if the metric needs groups, and there are none
   */
  static void requireIfNeeded(String metric, Settings section, Settings report) {
    if (metric.equals(QualityMetric.GAUC.configName()) && !report.has(KEY)) {
      throw section.bad("metric", "needs " + report.path() + "." + KEY + ", which is not set");
    }
  }

  /**
   * The feature's position in the schema; {@link Evaluation#NO_GROUPS} if samples are not grouped.
   *
   * @param farsight the section {@code farsight}
   * @throws ConfigException if the data has no such feature
   */
  public static int position(Settings farsight, BatchSchema schema) {
    Settings report = farsight.section("report");
    if (!report.has(KEY)) {
      return Evaluation.NO_GROUPS;
    }
    List<String> names = schema.features().stream().map(Feature::name).toList();
    String name = report.string(KEY);
    int position = names.indexOf(name);
    if (position < 0) {
      String meant = Nearest.question(name, names);
      throw report.bad(
          KEY,
          "is not a categorical feature of the data"
              + meant
              + " (available: "
              + String.join(", ", names)
              + ")");
    }
    return position;
  }
}
