package dev.farsight.reading;

/**
 * A floating-point number as a field that is no text, for formats that hold numbers in binary:
 * neither writing nor reading it costs more than a few nanoseconds, and it is exact. It stands
 * where a {@linkplain DenseColumn number} is expected, and may be a value of a list.
 *
 * <p>It is a byte that no UTF-8 text has, and the 64 bits in ten bytes of seven, none of which is
 * {@link BagRule#LISTED}.
 */
public final class BinaryNumber {

  /** How many bytes a number takes. */
  public static final int BYTES = 11;

  private static final byte MARK = (byte) 0xFE;
  private static final int BITS = 7;

  private BinaryNumber() {}

  /** Writes a number at [at, at + {@link #BYTES}). */
  public static void write(double number, byte[] into, int at) {
    into[at] = MARK;
    long bits = Double.doubleToRawLongBits(number);
    for (int i = 1; i < BYTES; i++) {
      into[at + i] = (byte) (bits & 0x7F);
      bits >>>= BITS;
    }
  }

  /** Whether what stands at [from, to) is such a number. */
  public static boolean is(byte[] bytes, int from, int to) {
    return to - from == BYTES && bytes[from] == MARK;
  }

  /** The number that begins at {@code from}. */
  public static double read(byte[] bytes, int from) {
    long bits = 0;
    for (int i = BYTES - 1; i > 0; i--) {
      bits = (bits << BITS) | (bytes[from + i] & 0x7F);
    }
    return Double.longBitsToDouble(bits);
  }
}
