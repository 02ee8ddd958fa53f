package dev.farsight.reading.pieces;

import java.io.Serializable;

/**
 * What one look through a file found.
 *
 * @param records how many records it has
 * @param marks where some of them start, for those who begin in its midst; none if the file tells
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FileCount(long records, long[] marks) implements Serializable {}
