package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Fields;
import dev.farsight.reading.RecordParser;

/**
 * Cuts a row into fields, in place: a quoted field is unescaped within the row's own bytes.
 * Allocates nothing. Not thread-safe.
 */
public final class DelimitedParser implements RecordParser {

  private final byte separator;
  private final boolean quotes;
  private final int expected;
  private final int least;

  /** Fields of the row so far. */
  private int count;

  DelimitedParser(DelimitedFormat format, int expected, int least) {
    this.separator = (byte) format.separator();
    this.quotes = format.quotes();
    this.expected = expected;
    this.least = least;
  }

  @Override
  public void parse(byte[] bytes, int from, int to, Fields into) {
    int lastStart = split(bytes, from, to, into);
    if (count != expected && (count > expected || count < least || lastStart == to)) {
      throw new BadRowException(
          count + " columns, " + expected + " expected" + hint(bytes, from, to));
    }
  }

  private String hint(byte[] bytes, int from, int to) {
    String row = new String(bytes, from, to - from, UTF_8);
    return DialectHints.of(row, count == 1, "the row");
  }

  /** Cuts [from, to) and returns where the last field begins. */
  int split(byte[] bytes, int from, int to, Fields into) {
    count = 0;
    int start = from;
    while (true) {
      int end;
      if (quotes && start < to && bytes[start] == '"') {
        end = quotedField(bytes, start, to, into);
      } else {
        end = start;
        while (end < to && bytes[end] != separator) {
          end++;
        }
        into.append(start, end);
      }
      count++;
      if (end == to) {
        return start;
      }
      start = end + 1;
    }
  }

  /** Hands over the field that opens at {@code start} and returns where its separator stands. */
  private int quotedField(byte[] bytes, int start, int to, Fields into) {
    int write = start + 1;
    int read = start + 1;
    while (read < to) {
      byte b = bytes[read++];
      if (b == '"') {
        if (read == to || bytes[read] != '"') {
          if (read < to && bytes[read] != separator) {
            throw new BadRowException("column " + (count + 1) + ": text behind the closing quote");
          }
          into.append(start + 1, write);
          return read;
        }
        read++;
      }
      bytes[write++] = b;
    }
    throw new BadRowException(
        "column " + (count + 1) + ": a quoted field without its closing quote");
  }
}
