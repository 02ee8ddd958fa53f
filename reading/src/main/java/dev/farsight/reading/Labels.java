package dev.farsight.reading;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.stream.Stream;

/** How labels are written: {@code 0} and {@code 1}, or as data frames write such a column. */
public final class Labels {

  private static final byte[][] ZERO = spellings("0", "0.0", "false", "False", "FALSE");
  private static final byte[][] ONE = spellings("1", "1.0", "true", "True", "TRUE");

  private Labels() {}

  /** The label that stands at [from, to): 0 or 1, or -1 if none does. */
  public static int read(byte[] bytes, int from, int to) {
    if (to - from == 1) {
      int digit = bytes[from] - '0';
      return digit == 0 || digit == 1 ? digit : -1;
    }
    if (isOneOf(ZERO, bytes, from, to)) {
      return 0;
    }
    return isOneOf(ONE, bytes, from, to) ? 1 : -1;
  }

  /** Whether the text is a label. */
  public static boolean isLabel(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return read(bytes, 0, bytes.length) >= 0;
  }

  private static boolean isOneOf(byte[][] spellings, byte[] bytes, int from, int to) {
    for (byte[] spelling : spellings) {
      if (Arrays.equals(spelling, 0, spelling.length, bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  private static byte[][] spellings(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new);
  }
}
