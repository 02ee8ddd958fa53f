package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;

/** The learning rates of rows and of dense parameters. */
public record LearningRates(LearningRate rows, LearningRate dense) {

  /**
   * @param optimizer the section {@code farsight.optimizer}
   */
  public static LearningRates of(Settings optimizer) {
    return new LearningRates(
        LearningRate.of(PartSettings.rows(optimizer)),
        LearningRate.of(PartSettings.dense(optimizer)));
  }

  /** Whether a rate depends on evaluations. */
  public boolean followEvaluations() {
    return rows.plateau().enabled() || dense.plateau().enabled();
  }
}
