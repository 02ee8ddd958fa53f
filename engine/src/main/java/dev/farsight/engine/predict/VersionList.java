package dev.farsight.engine.predict;

import java.util.List;

/**
 * The versions of a model that are loaded, at one moment.
 *
 * @param numbers the steps that each was trained, ascending
 * @param current the one that scores
 * @param rolledBack whether an older one than the newest was chosen, so that later ones do not
 *     score
 */
public record VersionList(List<Long> numbers, long current, boolean rolledBack) {}
