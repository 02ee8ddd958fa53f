package dev.farsight.datasets.file;

/**
 * Where a record starts.
 *
 * @param offset in the file's uncompressed bytes
 * @param line number of its line, from 1
 */
public record Mark(long offset, long line) {}
