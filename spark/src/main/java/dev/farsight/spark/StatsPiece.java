package dev.farsight.spark;

import dev.farsight.bench.stats.PartSummary;
import java.io.Serializable;

/**
 * Something that a task has counted.
 *
 * @param rows ids of rows; null where it is a summary
 * @param counts how often each was looked up
 * @param summary of all that the task has read; null where rows are counted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StatsPiece(long[] rows, int[] counts, PartSummary summary) implements Serializable {}
