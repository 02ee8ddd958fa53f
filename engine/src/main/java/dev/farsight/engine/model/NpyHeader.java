package dev.farsight.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an npy file, version 1.0: ten bytes, then a line of text. Header and text together
 * have a multiple of 64 bytes.
 *
 * @param type type of the values, such as {@code <f4}
 * @param fortran whether the values are in column-major order
 * @param shape size of each dimension, the outermost first
 * @param bytes length of the header; the values follow
 */
record NpyHeader(String type, boolean fortran, List<Long> shape, int bytes) {

  static final String FLOAT32 = "<f4";
  static final String INT32 = "<i4";

  private static final int PREAMBLE = 10;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  private static final Pattern TEXT =
      Pattern.compile(
          "\\{'descr': '([^']{1,20})', 'fortran_order': (True|False), 'shape': \\(([0-9, ]{0,400})\\),? *\\}\\s*");

  /** The bytes of a header for values in row-major order. */
  static byte[] write(String type, List<Long> shape) {
    var text = new StringBuilder("{'descr': '" + type + "', 'fortran_order': False, 'shape': (");
    for (long size : shape) {
      text.append(size).append(", ");
    }
    text.append("), }");
    while ((PREAMBLE + text.length() + 1) % 64 != 0) {
      text.append(' ');
    }
    text.append('\n');
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(PREAMBLE + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  /**
   * Reads a header.
   *
   * @param start the first bytes of the file: 65,545 of them, or all that it has
   * @throws IllegalArgumentException if it is not a header of version 1.0; the message says why
   */
  static NpyHeader read(ByteBuffer start) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (start.limit() < PREAMBLE || start.get(i) != MAGIC[i]) {
        throw new IllegalArgumentException("is not an npy file of version 1.0");
      }
    }
    int bytes = PREAMBLE + (start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getShort(8) & 0xFFFF);
    if (start.limit() < bytes) {
      throw new IllegalArgumentException("ends within its header");
    }
    ByteBuffer body = start.slice(PREAMBLE, bytes - PREAMBLE);
    Matcher text = TEXT.matcher(StandardCharsets.US_ASCII.decode(body));
    if (!text.matches()) {
      throw new IllegalArgumentException("has an npy header that cannot be read");
    }
    return new NpyHeader(text.group(1), text.group(2).equals("True"), shape(text.group(3)), bytes);
  }

  private static List<Long> shape(String text) {
    var shape = new ArrayList<Long>();
    for (String size : text.split(",", -1)) {
      if (!size.isBlank()) {
        shape.add(Long.parseLong(size.trim()));
      }
    }
    return List.copyOf(shape);
  }

  /**
   * Bytes of a file with this header and values of 4 bytes.
   *
   * @throws IllegalArgumentException if that is more than a file can have
   */
  long fileBytes() {
    long values = 1;
    try {
      for (long size : shape) {
        values = Math.multiplyExact(values, size);
      }
      return Math.addExact(Math.multiplyExact(values, 4L), bytes);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("has the shape " + shape + ", larger than any file", e);
    }
  }
}
