package dev.farsight.bench.trace;

import dev.farsight.api.FarsightException;

/** Lines of whole numbers between blanks; lines end in \n or \r\n, empty ones are skipped. */
final class NumberLine {

  private static final int MOST_NUMBERS = 4;

  private final TraceInput in;
  private final long[] numbers = new long[MOST_NUMBERS];
  private int count;
  private long line;

  /** The first thing wrong with the line, or null. */
  private String wrong;

  NumberLine(TraceInput in) {
    this.in = in;
  }

  /** Reads the next line that is not empty; false at the end. */
  boolean next() {
    while (true) {
      count = 0;
      wrong = null;
      line++;
      int c = in.read();
      if (c < 0) {
        return false;
      }
      while (c >= 0 && c != '\n') {
        c = blank(c) ? in.read() : parse(c);
      }
      if (count > 0 || wrong != null) {
        return true;
      }
    }
  }

  /** Reads a number that begins with {@code c}; returns what follows it. */
  private int parse(int first) {
    int c = first;
    boolean negative = c == '-';
    if (negative) {
      c = in.read();
    }
    long value = 0;
    int digits = 0;
    while (c >= '0' && c <= '9') {
      int digit = c - '0';
      if (value < (Long.MIN_VALUE + digit) / 10) {
        complain("a number beyond 64 bits");
        value = 0;
      }
      value = value * 10 - digit;
      digits++;
      c = in.read();
    }
    if (digits == 0 || !(c < 0 || c == '\n' || blank(c))) {
      complain(shown(digits == 0 && !negative ? first : c) + " in a number");
      while (c >= 0 && c != '\n' && !blank(c)) {
        c = in.read();
      }
    }
    if (!negative && value == Long.MIN_VALUE) {
      complain("a number beyond 64 bits");
    }
    if (count < MOST_NUMBERS) {
      numbers[count] = negative ? value : -value;
    }
    count++;
    return c;
  }

  private void complain(String what) {
    if (wrong == null) {
      wrong = what;
    }
  }

  private static boolean blank(int c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private static String shown(int c) {
    if (c < 0 || c == '\n') {
      return "a line's end";
    }
    return c > ' ' && c < 127 ? "'" + (char) c + "'" : "byte 0x" + Integer.toHexString(c);
  }

  /** Complains unless the line has exactly so many numbers. */
  void require(int wanted, String what) {
    if (wrong != null || count != wanted) {
      throw bad(wrong != null ? wrong : count + (count == 1 ? " number" : " numbers"), what);
    }
  }

  long number(int position) {
    return numbers[position];
  }

  FarsightException bad(String found) {
    return in.badLine(line, found + " is not possible");
  }

  private FarsightException bad(String found, String wanted) {
    return in.badLine(line, found + ", where the format has " + wanted);
  }
}
