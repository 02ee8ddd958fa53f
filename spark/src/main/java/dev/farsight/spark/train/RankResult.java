package dev.farsight.spark.train;

import java.io.Serializable;

/**
 * How a process has ended.
 *
 * @param report of process 0, as JSON; null of the others, and after a failure
 * @param failure a setting or the data is at fault, so another attempt would end alike; null if not
 * @param setting whether a setting is
 */
record RankResult(int process, String report, String failure, boolean setting)
    implements Serializable {}
