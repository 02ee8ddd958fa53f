package dev.farsight.api.cache;

import dev.farsight.api.config.Settings;

/**
 * The arguments with which a policy is created.
 *
 * @param slots how many slots the region has, numbered from 0
 * @param seed the only source of randomness
 * @param own the section {@code farsight.cache.NAME}
 * @param frequencies how often rows occur in the training data; {@link RowFrequencies#NONE} unless
 *     the factory {@linkplain CachePolicyFactory#wantsFrequencies wants them}
 * @param maxNote the largest {@linkplain SlotBatch#notes() note} that is kept for a row that
 *     leaves. 0 if no notes are kept: beyond a few hundred million rows, or with a very large
 *     out-ring
 */
public record PolicyContext(
    int slots, long seed, Settings own, RowFrequencies frequencies, int maxNote) {}
