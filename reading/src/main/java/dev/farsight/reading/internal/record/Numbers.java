package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.BinaryNumber;

/** Numbers from bytes, without a String in between where the number is of ordinary length. */
public final class Numbers {

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT_POWERS = exactPowers();

  /** Any number of so many digits is below 2^63. */
  private static final int SAFE_DIGITS = 18;

  /** Any number of so many digits is below 2^53, exact in a double. */
  private static final int EXACT_DIGITS = 15;

  /** Longer than any number that means something; bounds what a malformed field costs. */
  private static final int LONGEST = 400;

  private Numbers() {}

  /** A signed 64-bit whole number, also with a fraction of zeros: {@code 12.0}. */
  static long whole(byte[] bytes, int from, int to) {
    long digits = digits(bytes, from, to);
    return digits >= 0 ? digits : otherWhole(bytes, from, to);
  }

  /** The number that a few digits are; -1 if there is anything else, or nothing, or many. */
  private static long digits(byte[] bytes, int from, int to) {
    if (from == to || to - from > SAFE_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static long otherWhole(byte[] bytes, int from, int to) {
    checkLength(from, to);
    int end = withoutZeroFraction(bytes, from, to);
    return end - from > SAFE_DIGITS ? longWhole(bytes, from, end) : shortWhole(bytes, from, end);
  }

  /** A whole number of 64 bits, signed or unsigned, modulo rows; never negative. */
  public static int wholeModulo(byte[] bytes, int from, int to, int rows) {
    long digits = digits(bytes, from, to);
    return digits >= 0 ? Modulo.of(digits, rows) : otherModulo(bytes, from, to, rows);
  }

  private static int otherModulo(byte[] bytes, int from, int to, int rows) {
    checkLength(from, to);
    int end = withoutZeroFraction(bytes, from, to);
    if (end - from <= SAFE_DIGITS) {
      return Math.floorMod(shortWhole(bytes, from, end), rows);
    }
    return bytes[from] == '-'
        ? Math.floorMod(longWhole(bytes, from, end), rows)
        : (int) Long.remainderUnsigned(longUnsigned(bytes, from, end), rows);
  }

  /** A whole number of 64 bits, signed or unsigned. */
  static long wholeBits(byte[] bytes, int from, int to) {
    checkLength(from, to);
    int end = withoutZeroFraction(bytes, from, to);
    if (end - from <= SAFE_DIGITS) {
      return shortWhole(bytes, from, end);
    }
    return bytes[from] == '-' ? longWhole(bytes, from, end) : longUnsigned(bytes, from, end);
  }

  /** Where the number ends without {@code .0}, {@code .00} and so on, as data frames write it. */
  private static int withoutZeroFraction(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] == '0') {
      end--;
    }
    return end < to && end > from && bytes[end - 1] == '.' ? end - 1 : to;
  }

  private static long shortWhole(byte[] bytes, int from, int to) {
    boolean negative = from < to && bytes[from] == '-';
    int first = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
    if (first == to) {
      throw notWhole();
    }
    long value = 0;
    for (int i = first; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw notWhole();
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  private static long longWhole(byte[] bytes, int from, int to) {
    try {
      return Long.parseLong(new String(bytes, from, to - from, ISO_8859_1));
    } catch (NumberFormatException e) {
      throw notWhole();
    }
  }

  private static long longUnsigned(byte[] bytes, int from, int to) {
    try {
      return Long.parseUnsignedLong(new String(bytes, from, to - from, ISO_8859_1));
    } catch (NumberFormatException e) {
      throw notWhole();
    }
  }

  private static BadRowException notWhole() {
    return new BadRowException("is not a whole number");
  }

  private static void checkLength(int from, int to) {
    if (to - from > LONGEST) {
      throw new BadRowException("is no number of at most " + LONGEST + " characters");
    }
  }

  /** An unsigned hexadecimal number of at most {@code maxDigits} (up to 16) digits. */
  public static long hex(byte[] bytes, int from, int to, int maxDigits) {
    long value = 0;
    int i = from;
    for (; i <= to - HexDigits.COUNT; i += HexDigits.COUNT) {
      long eight = HexDigits.value(bytes, i);
      if (eight < 0) {
        throw notHex();
      }
      value = value << 32 | eight;
    }
    for (; i < to; i++) {
      int digit = hexDigit(bytes[i]);
      if (digit < 0) {
        throw notHex();
      }
      value = value << 4 | digit;
    }
    if (to - from > maxDigits) {
      throw new BadRowException("is not a hexadecimal number of at most " + maxDigits + " digits");
    }
    return value;
  }

  private static BadRowException notHex() {
    return new BadRowException("is not a hexadecimal number");
  }

  private static int hexDigit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int letter = b | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /**
   * A finite decimal number, correctly rounded: {@code -12}, {@code 3.25}, {@code 1e-3}; or a
   * {@link BinaryNumber}.
   */
  static double decimal(byte[] bytes, int from, int to) {
    int i = from;
    boolean negative = bytes[i] == '-';
    if (negative || bytes[i] == '+') {
      i++;
    }
    long digits = 0;
    int count = 0;
    int fraction = 0;
    boolean point = false;
    for (; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        count++;
        fraction += point ? 1 : 0;
      } else if (bytes[i] == '.' && !point) {
        point = true;
      } else {
        return longDecimal(bytes, from, to);
      }
    }
    if (count == 0 || count > EXACT_DIGITS) {
      return longDecimal(bytes, from, to);
    }
    // Both operands are exact, so the one division rounds correctly.
    double value = digits / EXACT_POWERS[fraction];
    return negative ? -value : value;
  }

  /** Exponents and long numbers: rare, and left to the JDK. And those that are no text. */
  private static double longDecimal(byte[] bytes, int from, int to) {
    if (BinaryNumber.is(bytes, from, to)) {
      return finite(BinaryNumber.read(bytes, from));
    }
    checkLength(from, to);
    String text = new String(bytes, from, to - from, ISO_8859_1);
    // The JDK also reads hexadecimal floats, type suffixes and surrounding blanks.
    if (text.matches("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d++)?")) {
      return finite(Double.parseDouble(text));
    }
    throw notNumber();
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw notNumber();
    }
    return value;
  }

  private static BadRowException notNumber() {
    return new BadRowException("is not a number");
  }

  private static double[] exactPowers() {
    var powers = new double[EXACT_DIGITS + 1];
    powers[0] = 1;
    for (int p = 1; p < powers.length; p++) {
      powers[p] = powers[p - 1] * 10;
    }
    return powers;
  }
}
