package dev.farsight.reading.internal.record;

import dev.farsight.reading.Records;
import java.util.Arrays;

/**
 * The raw rows of one batch, copied out of the reader so that several threads can parse them. Grows
 * to the largest batch seen, but not beyond twice what makes it full: rows of a batch that do not
 * fit are for another block. Filled by one thread.
 */
final class RowBlock {

  /** What makes the block of a batch full. */
  private static final int FULL = 1 << 24;

  /** A block of so many bytes takes no further row. */
  private final int full;

  private final int[] starts;
  private final int[] ends;
  private final int[] files;
  private final long[] numbers;
  private byte[] bytes = new byte[1 << 16];
  private int used;
  private int rows;

  RowBlock(int capacity) {
    this(capacity, FULL);
  }

  RowBlock(int capacity, int full) {
    this.full = full;
    starts = new int[capacity];
    ends = new int[capacity];
    files = new int[capacity];
    numbers = new long[capacity];
  }

  void clear() {
    rows = 0;
    used = 0;
  }

  /** Copies the reader's record, a row of the file of that number. */
  void add(Records record, int file) {
    add(record.bytes(), record.from(), record.to(), file, record.number());
  }

  /** Copies a row of another block. */
  void add(RowBlock other, int row) {
    add(other.bytes, other.starts[row], other.ends[row], other.files[row], other.numbers[row]);
  }

  private void add(byte[] record, int from, int to, int file, long number) {
    int length = to - from;
    if (length > bytes.length - used) {
      bytes = Arrays.copyOf(bytes, Math.max(used + length, 2 * bytes.length));
    }
    System.arraycopy(record, from, bytes, used, length);
    starts[rows] = used;
    used += length;
    ends[rows] = used;
    files[rows] = file;
    numbers[rows] = number;
    rows++;
  }

  /** Whether further rows are for another block; never before the first. */
  boolean full() {
    return used >= full;
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

  /** Of the row in its file, as {@link Records#number} has it. */
  long number(int row) {
    return numbers[row];
  }
}
