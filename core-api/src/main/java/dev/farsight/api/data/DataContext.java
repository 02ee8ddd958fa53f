package dev.farsight.api.data;

import dev.farsight.api.config.Settings;

/**
 * What a data source is opened with.
 *
 * @param data the section {@code farsight.data}: {@code path}, {@code eval-fraction} and so on
 * @param own the section {@code farsight.data.NAME} of the source itself
 * @param batchSize samples a batch, {@code data.batch-size}
 * @param seed the run's seed, {@code train.seed}
 * @param threads how many threads the source may use to read and parse
 */
public record DataContext(Settings data, Settings own, int batchSize, long seed, int threads) {}
