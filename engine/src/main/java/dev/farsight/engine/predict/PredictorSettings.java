package dev.farsight.engine.predict;

import dev.farsight.api.config.Settings;

/**
 * The settings of predictions, {@code farsight.serving}, as far as the engine reads them.
 *
 * @param batchSize most samples that are scored at once
 * @param scorers how many batches are scored at the same time
 * @param verifies whether files are compared with their checksums when they are opened
 */
record PredictorSettings(int batchSize, int scorers, boolean verifies) {

  private static final int MAX_SCORERS = 1024;

  /**
   * @param farsight the section {@code farsight}
   */
  static PredictorSettings of(Settings farsight) {
    Settings serving = farsight.section("serving");
    int cores = Runtime.getRuntime().availableProcessors();
    return new PredictorSettings(
        serving.section("batch").integer("size", 1, 1 << 20),
        serving.has("threads") ? serving.integer("threads", 1, MAX_SCORERS) : cores,
        serving.bool("verify"));
  }
}
