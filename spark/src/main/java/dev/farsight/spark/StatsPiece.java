package dev.farsight.spark;

import dev.farsight.bench.stats.PartSummary;
import dev.farsight.bench.stats.RowTally;
import java.io.Serializable;

/**
 * Something that a task has counted.
 *
 * @param rows how often rows were looked up; null where it is a summary
 * @param summary of all that the task has read; null where rows are counted
 */
record StatsPiece(RowTally rows, PartSummary summary) implements Serializable {}
