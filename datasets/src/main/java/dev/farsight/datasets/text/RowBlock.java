package dev.farsight.datasets.text;

import dev.farsight.datasets.file.RecordReader;
import java.util.Arrays;

/**
 * The raw rows of one batch, copied out of the reader so that several threads can parse them. Holds
 * a batch's bytes; grows to the largest batch seen. Filled by one thread.
 */
final class RowBlock {

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
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(used, length), grown()));
    }
    System.arraycopy(record.bytes(), record.from(), bytes, used, length);
    starts[rows] = used;
    used += length;
    ends[rows] = used;
    files[rows] = file;
    lines[rows] = record.line();
    rows++;
  }

  private int grown() {
    return (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 64);
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
