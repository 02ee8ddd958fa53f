package dev.farsight.engine;

import com.typesafe.config.Config;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.engine.build.CacheFit;
import dev.farsight.engine.plugin.Components;

/**
 * The sizes that follow from a configuration, known before anything is opened.
 *
 * @param slots slots of all regions; the number of rows if every row is resident
 * @param full whether every row is resident
 * @param rowBytes bytes of a row, weights and optimizer state
 * @param flopsPerSample floating-point operations per sample of a training step's matrix products
 * @param memory the memory that the run will take
 * @param cache how large the cache is, and whether it holds a batch
 */
public record Outlook(
    long slots,
    boolean full,
    int rowBytes,
    long flopsPerSample,
    MemoryForecast memory,
    CacheFit cache) {

  /**
   * The sizes of the run that {@link Trainer#open} would open on data of this schema. Checks every
   * setting that does not need the data itself; opens nothing.
   *
   * @param farsight the resolved section {@code farsight}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  public static Outlook of(Config farsight, Components components, BatchSchema schema) {
    return OutlookBuilder.of(Settings.of("farsight", farsight), components, schema);
  }
}
