package dev.farsight.api.cache;

import dev.farsight.api.config.Settings;

/**
 * What a policy is made with.
 *
 * @param slots slots of the region, numbered from 0
 * @param seed source of all randomness
 * @param own the section {@code farsight.cache.NAME}
 * @param frequencies how often rows occur in the training data; {@link RowFrequencies#NONE} unless
 *     the factory wants them
 * @param mostNote the largest of the {@linkplain SlotBatch#notes() notes} that are kept of rows
 *     that leave, 0 where none are: beyond some hundred million rows, or with a very large out-ring
 */
public record PolicyContext(
    int slots, long seed, Settings own, RowFrequencies frequencies, int mostNote) {}
