package dev.farsight.reading.internal.record;

import dev.farsight.reading.internal.line.RecordReader;
import java.util.Arrays;

/**
 * The raw rows of one batch, copied out of the reader so that several threads can parse them. Grows
 * to the largest batch seen, but not beyond 32 MiB: rows of a batch that do not fit are for another
 * block. Filled by one thread.
 */
final class RowBlock {

  /** A block of so many bytes takes no further row. */
  private static final int FULL = 1 << 24;

  private final int[] starts;
  private final int[] ends;
  private final int[] files;
  private final long[] lines;
  private byte[] bytes = new byte[1 << 16];
  private int used;
  private int rows;

  RowBlock(int capacity) {
    starts = new int[capacity];
    ends = new int[capacity];
    files = new int[capacity];
    lines = new long[capacity];
  }

  void clear() {
    rows = 0;
    used = 0;
  }

  /** Copies the reader's record, a row of the file of that number. */
  void add(RecordReader record, int file) {
    int length = record.to() - record.from();
    if (length > bytes.length - used) {
      bytes = Arrays.copyOf(bytes, Math.max(used + length, 2 * bytes.length));
    }
    System.arraycopy(record.bytes(), record.from(), bytes, used, length);
    starts[rows] = used;
    used += length;
    ends[rows] = used;
    files[rows] = file;
    lines[rows] = record.line();
    rows++;
  }

  /** Whether further rows are for another block; never before the first. */
  boolean full() {
    return used >= FULL;
  }

  int rows() {
    return rows;
  }

  byte[] bytes() {
    return bytes;
  }

  int start(int row) {
    return starts[row];
  }

  int end(int row) {
    return ends[row];
  }

  int file(int row) {
    return files[row];
  }

  long line(int row) {
    return lines[row];
  }
}
