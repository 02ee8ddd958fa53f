package dev.farsight.engine.build;

import dev.farsight.engine.cache.CacheTooSmallException;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.data.ShuffleSetting;
import dev.farsight.engine.settings.EngineSettings;

/**
 * Whether the cache holds the first batch of training. Told before memory is taken and rows are
 * counted, rather than at the first step.
 */
final class FirstBatchCheck {

  private FirstBatchCheck() {}

  /**
   * Reads the first batch, unless every batch fits or reading it takes long: blocks of samples
   * would have to be read to be shuffled.
   *
   * @throws CacheTooSmallException if the batch does not fit
   */
  static void requireRoom(EngineSettings settings, Shapes shapes, RunData data) {
    boolean blocks =
        ShuffleSetting.blockSamples(settings.farsight().section("data")) > ShuffleSetting.NONE;
    if (blocks || data.needsPreparation() || CacheFit.of(settings, shapes).holdsEveryBatch()) {
      return;
    }
    for (long[] rows : FirstBatches.of(data, settings.batchSize(), 1).rows()) {
      try {
        shapes.regions().require(rows);
      } catch (CacheTooSmallException e) {
        throw e.in("the batch of step 1");
      }
    }
  }
}
