package dev.farsight.engine.metrics;

import java.util.Arrays;
import java.util.List;

/** A metric by which evaluations are compared. */
public enum QualityMetric {
  AUROC("auroc", true),
  AUPRC("auprc", true),
  GAUC("gauc", true),
  LOGLOSS("logloss", false),
  NORMALISED_ENTROPY("normalised-entropy", false);

  private final String configName;
  private final boolean higherIsBetter;

  QualityMetric(String configName, boolean higherIsBetter) {
    this.configName = configName;
    this.higherIsBetter = higherIsBetter;
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
    return valueOf(
        switch (this) {
          case AUROC -> quality.auroc();
          case AUPRC -> quality.auprc();
          case GAUC -> quality.gauc();
          case LOGLOSS -> quality.logloss();
          case NORMALISED_ENTROPY -> quality.normalisedEntropy();
        });
  }

  /** The metric's value of a score, and the reverse. */
  public double valueOf(double score) {
    return higherIsBetter ? score : -score;
  }
}
