package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;
import java.util.Arrays;

/** Reads as many bytes of a trace as its fields say, or complains. */
final class Exactly {

  private static final int CHUNK = 1 << 16;

  private Exactly() {}

  /**
   * The next bytes. Allocates in proportion to what is there, whatever {@code length} says.
   *
   * @param what is being read, for messages
   */
  static byte[] read(TraceInput in, int length, String what) {
    long from = in.offset();
    byte[] bytes = new byte[Math.min(length, CHUNK)];
    int got = in.read(bytes, bytes.length);
    while (got == bytes.length && got < length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * got));
      byte[] more = new byte[bytes.length - got];
      int read = in.read(more, more.length);
      System.arraycopy(more, 0, bytes, got, read);
      got += read;
    }
    if (got < length) {
      throw cutOff(in, from + got, what);
    }
    return bytes;
  }

  static FarsightException cutOff(TraceInput in, long offset, String where) {
    return in.bad(offset, "ends within " + where + ": the file is cut off");
  }
}
