package dev.farsight.reading.internal.line;

/**
 * Where a record starts.
 *
 * @param offset in the file's uncompressed bytes
 * @param line number of its line, from 1
 */
record Mark(long offset, long line) {}
