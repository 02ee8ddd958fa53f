package dev.farsight.serving.http;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a request or an answer in an array that grows. A carrier that is used again. */
final class Body extends OutputStream {

  private static final int LARGEST_KEPT = 1 << 20;
  private static final int LEAST = 1 << 12;

  private byte[] bytes = new byte[LEAST];
  private int length;

  void clear() {
    length = 0;
  }

  /** Whether the carrier is worth keeping. */
  boolean isKept() {
    return bytes.length <= LARGEST_KEPT;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** What is in it; it must not change as long as the buffer is used. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  void write(ByteBuffer from) {
    int some = from.remaining();
    room(some);
    from.get(bytes, length, some);
    length += some;
  }

  @Override
  public void write(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  @Override
  public void write(byte[] from, int start, int some) {
    room(some);
    System.arraycopy(from, start, bytes, length, some);
    length += some;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, length * 2));
    }
  }
}
