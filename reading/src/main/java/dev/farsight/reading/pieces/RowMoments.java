package dev.farsight.reading.pieces;

import java.io.Serializable;

/**
 * Counts, means and squared distances of dense columns in a stretch of rows: of each column that is
 * measured, for each group of rows, one group after the other. Only merged in the order of the rows
 * they give the same bits as one pass.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RowMoments(long[] counts, double[] means, double[] squares) implements Serializable {}
