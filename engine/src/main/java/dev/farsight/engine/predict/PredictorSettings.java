package dev.farsight.engine.predict;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * The settings of predictions, {@code farsight.serving}, as far as the engine reads them.
 *
 * @param batchSize most samples that are scored at once
 * @param scorers how many batches are scored at the same time
 * @param verifies whether files are compared with their checksums when they are opened
 * @param inMemory whether all rows are held in memory; otherwise they are read from files
 * @param packing how they are held there; empty: as in the model
 * @param cached whether rows that are read from files are cached
 * @param keptVersions how many versions of a run are kept, the current one included
 */
record PredictorSettings(
    int batchSize,
    int scorers,
    boolean verifies,
    boolean inMemory,
    Optional<RowPacking> packing,
    boolean cached,
    int keptVersions) {

  private static final int MAX_SCORERS = 1024;
  private static final String PRECISION = "row-precision";

  /**
   * @param farsight the section {@code farsight}
   * @throws ConfigException if a setting is out of range, or does not fit another one
   */
  static PredictorSettings of(Settings farsight) {
    Settings serving = farsight.section("serving");
    int cores = Runtime.getRuntime().availableProcessors();
    boolean inMemory = serving.choice("rows", List.of("mapped", "memory")).equals("memory");
    Optional<RowPacking> packing = Optional.empty();
    if (serving.has(PRECISION)) {
      List<String> names = RowPacking.configNames();
      packing = Optional.of(RowPacking.ofConfigName(serving.choice(PRECISION, names)));
      if (!inMemory) {
        throw serving.bad(
            PRECISION, "is for rows in memory; files have float32: set serving.rows = memory");
      }
    }
    Settings cache = serving.section("cache");
    if (inMemory && cache.has("size")) {
      throw cache.bad("size", "is for serving.rows = mapped; with memory, all rows are there");
    }
    return new PredictorSettings(
        serving.section("batch").integer("size", 1, 1 << 20),
        serving.has("threads") ? serving.integer("threads", 1, MAX_SCORERS) : cores,
        serving.bool("verify"),
        inMemory,
        packing,
        cache.has("size"),
        serving.integer("keep-versions", 1, 100));
  }
}
