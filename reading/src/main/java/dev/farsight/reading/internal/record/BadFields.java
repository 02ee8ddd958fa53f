package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BinaryNumber;
import dev.farsight.reading.file.Utf16Hint;

/** Words for malformed fields. */
final class BadFields {

  private static final int LONGEST_SHOWN = 40;

  private BadFields() {}

  /** The complaint that the field at [from, to) of a column is malformed. */
  static BadRowException of(String column, byte[] bytes, int from, int to, BadRowException why) {
    return new BadRowException(
        "column "
            + column
            + ": "
            + shown(bytes, from, to)
            + " "
            + why.getMessage()
            + encoding(bytes, from, to));
  }

  /** A hint at the encoding of a field that means nothing. */
  static String encoding(byte[] bytes, int from, int to) {
    return BinaryNumber.is(bytes, from, to)
        ? ""
        : Utf16Hint.of(new String(bytes, from, Math.min(to - from, LONGEST_SHOWN), UTF_8));
  }

  /** The field in quotes, on one line. */
  static String shown(byte[] bytes, int from, int to) {
    if (BinaryNumber.is(bytes, from, to)) {
      return "'" + BinaryNumber.read(bytes, from) + "'";
    }
    int shown = Math.min(to - from, LONGEST_SHOWN);
    String text = new String(bytes, from, shown, UTF_8).replaceAll("\\p{Cntrl}", "?");
    return "'" + text + (shown < to - from ? "..." : "") + "'";
  }
}
