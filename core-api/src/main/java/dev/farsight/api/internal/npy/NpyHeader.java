package dev.farsight.api.internal.npy;

import dev.farsight.api.internal.Quoted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an npy file: magic, version, length and a line of text, which is a Python literal.
 * Written in version 1.0, with a length that is a multiple of 64 bytes; versions 1.0 to 3.0 are
 * read.
 *
 * @param type type of the values, such as {@code <f4}
 * @param fortran whether the values are in column-major order
 * @param shape size of each dimension, the outermost first
 * @param bytes length of the header; the values follow
 */
public record NpyHeader(String type, boolean fortran, List<Long> shape, int bytes) {

  public static final String FLOAT32 = "<f4";
  public static final String INT32 = "<i4";
  public static final String INT64 = "<i8";

  /** Most bytes of a header that is read. */
  public static final int MOST_BYTES = 10 + 65_535;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int VERSION_AT = MAGIC.length;
  private static final int LENGTH_AT = VERSION_AT + 2;

  /** Where the text begins in version 1.0, whose length has two bytes. */
  private static final int TEXT_AT = LENGTH_AT + 2;

  private static final Pattern TEXT =
      Pattern.compile(
          "\\{'descr': '([^']{1,20})', 'fortran_order': (True|False), 'shape': \\(([0-9, ]{0,400})\\),? *\\}\\s*");
  private static final Pattern VALUE = Pattern.compile("[|<>=][a-zA-Z](\\d{1,3})");

  /** The bytes of a header for values in row-major order. */
  public static byte[] write(String type, List<Long> shape) {
    var text = new StringBuilder("{'descr': '" + type + "', 'fortran_order': False, 'shape': (");
    for (long size : shape) {
      text.append(size).append(", ");
    }
    text.append("), }");
    while ((TEXT_AT + text.length() + 1) % 64 != 0) {
      text.append(' ');
    }
    text.append('\n');
    byte[] body = text.toString().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(TEXT_AT + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  /**
   * Reads a header.
   *
   * @param start the first bytes of the file: {@link #MOST_BYTES} of them, or all that it has
   * @throws IllegalArgumentException if it is none, or is longer; the message says why
   */
  public static NpyHeader read(ByteBuffer start) {
    if (start.limit() < TEXT_AT || !startsWithMagic(start)) {
      throw new IllegalArgumentException("is not an npy file");
    }
    ByteBuffer little = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int version = start.get(VERSION_AT);
    if (version < 1 || version > 3) {
      throw new IllegalArgumentException(
          "is an npy file of version " + version + ", and 1 to 3 are read");
    }
    int textAt = version == 1 ? TEXT_AT : TEXT_AT + 2;
    if (start.limit() < textAt) {
      throw new IllegalArgumentException("ends within its header");
    }
    long length = version == 1 ? little.getShort(LENGTH_AT) & 0xFFFF : little.getInt(LENGTH_AT);
    if (length < 0 || textAt + length > MOST_BYTES) {
      throw new IllegalArgumentException("has an npy header that is too long");
    }
    int bytes = textAt + (int) length;
    if (start.limit() < bytes) {
      throw new IllegalArgumentException("ends within its header");
    }
    ByteBuffer body = start.slice(textAt, (int) length);
    Matcher text = TEXT.matcher(StandardCharsets.UTF_8.decode(body));
    if (!text.matches()) {
      throw new IllegalArgumentException("has an npy header that cannot be read");
    }
    return new NpyHeader(text.group(1), text.group(2).equals("True"), shape(text.group(3)), bytes);
  }

  private static boolean startsWithMagic(ByteBuffer start) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (start.get(i) != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private static List<Long> shape(String text) {
    var shape = new ArrayList<Long>();
    for (String size : text.split(",", -1)) {
      if (!size.isBlank()) {
        try {
          shape.add(Long.parseLong(size.trim()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("has an npy header that cannot be read", e);
        }
      }
    }
    return List.copyOf(shape);
  }

  /**
   * Bytes of a value.
   *
   * @throws IllegalArgumentException if the type has no fixed size that is known here
   */
  public int valueBytes() {
    Matcher value = VALUE.matcher(type);
    if (!value.matches()) {
      throw new IllegalArgumentException(
          "has values of type " + Quoted.of(type) + ", which is not read");
    }
    return Integer.parseInt(value.group(1));
  }

  /**
   * Bytes of a file with this header.
   *
   * @throws IllegalArgumentException if that is more than a file can have
   */
  public long fileBytes() {
    long values = 1;
    try {
      for (long size : shape) {
        values = Math.multiplyExact(values, size);
      }
      return Math.addExact(Math.multiplyExact(values, (long) valueBytes()), bytes);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("has the shape " + shape + ", larger than any file", e);
    }
  }
}
