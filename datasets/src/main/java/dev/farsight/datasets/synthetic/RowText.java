package dev.farsight.datasets.synthetic;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** The text of one row, made of bytes and written as a whole. Allocates nothing per row. */
public final class RowText {

  private static final int LONGEST_NUMBER = 11;

  private final OutputStream out;
  private byte[] bytes = new byte[512];
  private int length;

  public RowText(OutputStream out) {
    this.out = out;
  }

  /** Appends an ASCII character. */
  public RowText put(char character) {
    room(1);
    bytes[length++] = (byte) character;
    return this;
  }

  /** Appends a number in decimal. */
  public RowText put(int value) {
    room(LONGEST_NUMBER);
    if (value < 0) {
      bytes[length++] = '-';
    }
    long rest = Math.abs((long) value);
    long power = 1;
    while (rest / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      bytes[length++] = (byte) ('0' + rest / power % 10);
    }
    return this;
  }

  /** Writes what was appended, with a line end. */
  public void end() {
    put('\n');
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    length = 0;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
  }
}
