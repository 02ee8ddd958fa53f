package dev.farsight.parquet.source;

import dev.farsight.reading.BinaryNumber;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that values are appended to. Grows to the most that it held. Not thread-safe. */
final class GrowingBytes {

  /** Digits of the longest 64-bit number, and its sign. */
  private static final int LONGEST = 20;

  private byte[] bytes = new byte[1 << 10];
  private int length;

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Keeps the first bytes; those that were not written yet may be anything. */
  void setLength(int bytesKept) {
    reserve(bytesKept - length);
    length = bytesKept;
  }

  void add(byte value) {
    reserve(1);
    bytes[length++] = value;
  }

  void add(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  void add(ByteBuffer from) {
    int size = from.remaining();
    reserve(size);
    from.get(bytes, length, size);
    length += size;
  }

  /** ASCII text. */
  @SuppressWarnings("deprecation") // the quick way for what is known to be ASCII
  void add(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  /** A whole number in decimal digits. */
  void addWhole(long number) {
    if (number == Long.MIN_VALUE) {
      add(Long.toString(number));
      return;
    }
    reserve(LONGEST);
    int at = length + LONGEST;
    long rest = Math.abs(number);
    do {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    if (number < 0) {
      bytes[--at] = '-';
    }
    int size = length + LONGEST - at;
    System.arraycopy(bytes, at, bytes, length, size);
    length += size;
  }

  /** A {@link BinaryNumber}. */
  void addBinary(double number) {
    reserve(BinaryNumber.BYTES);
    BinaryNumber.write(number, bytes, length);
    length += BinaryNumber.BYTES;
  }

  /** Writes four bytes over those at a position. */
  void setInt(int at, int value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
    }
  }
}
