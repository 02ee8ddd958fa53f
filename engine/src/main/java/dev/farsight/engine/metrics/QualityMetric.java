package dev.farsight.engine.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A metric by which evaluations are compared. */
public enum QualityMetric {
  AUROC("auroc", true, Quality::auroc),
  AUPRC("auprc", true, Quality::auprc),
  GAUC("gauc", true, Quality::gauc),
  LOGLOSS("logloss", false, Quality::logloss),
  NORMALISED_ENTROPY("normalised-entropy", false, Quality::normalisedEntropy);

  private final String configName;
  private final boolean higherIsBetter;
  private final ToDoubleFunction<Quality> value;

  QualityMetric(String configName, boolean higherIsBetter, ToDoubleFunction<Quality> value) {
    this.configName = configName;
    this.higherIsBetter = higherIsBetter;
    this.value = value;
  }

  /** All names in configurations. */
  public static List<String> configNames() {
    return Arrays.stream(values()).map(QualityMetric::configName).toList();
  }

  /** The metric of a name in a configuration. */
  public static QualityMetric of(String configName) {
    return values()[configNames().indexOf(configName)];
  }

  public String configName() {
    return configName;
  }

  /** A score of which more is better; NaN where the metric is undefined. */
  public double score(Quality quality) {
    return valueOf(value.applyAsDouble(quality));
  }

  /** The metric's value of a score, and the reverse. */
  public double valueOf(double score) {
    return higherIsBetter ? score : -score;
  }
}
