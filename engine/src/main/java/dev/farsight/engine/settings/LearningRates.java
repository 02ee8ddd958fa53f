package dev.farsight.engine.settings;

import dev.farsight.api.config.Settings;
import java.util.List;

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

  /**
   * Checks that evaluations tell the metrics of plateaus.
   *
   * @param farsight the section {@code farsight}
   */
  void requireKnownMetrics(Settings farsight) {
    for (Plateau plateau : List.of(rows.plateau(), dense.plateau())) {
      if (plateau.enabled()) {
        GroupFeature.requireIfNeeded(
            plateau.metric(),
            farsight.section("optimizer").section("plateau"),
            farsight.section("report"));
      }
    }
  }

  /** Whether a rate depends on evaluations. */
  public boolean followEvaluations() {
    return rows.plateau().enabled() || dense.plateau().enabled();
  }
}
