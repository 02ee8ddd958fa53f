package dev.farsight.datasets.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Fields;
import dev.farsight.reading.RecordParser;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a row into fields, in place: a quoted field is unescaped within the row's own bytes. Grows
 * to the widest row seen, at most {@value #MOST} fields, and allocates nothing else. Not
 * thread-safe.
 */
public final class DelimitedParser implements RecordParser {

  /** A row of more fields is malformed; bounds what a file of nothing but separators takes. */
  private static final int MOST = 1 << 17;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
  private static final long ONES = 0x0101010101010101L;
  private static final long QUOTES = ONES * '"';

  private final byte separator;

  /** The separator eight times. */
  private final long pattern;

  private final boolean quotes;
  private final int expected;
  private final int least;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;

  DelimitedParser(DelimitedFormat format, int expected, int least) {
    this.separator = (byte) format.separator();
    this.pattern = ONES * format.separator();
    this.quotes = format.quotes();
    this.expected = expected;
    this.least = least;
  }

  @Override
  public void parse(byte[] bytes, int from, int to, Fields into) {
    split(bytes, from, to);
    if (count != expected) {
      checkStripped(bytes);
    }
    into.at(starts, ends, count);
  }

  /** A stripped run of empty fields leaves a last field that is not empty. */
  private void checkStripped(byte[] bytes) {
    if (count > expected || count < least || starts[count - 1] == ends[count - 1]) {
      String hint = DialectHints.ofRow(texts(bytes));
      throw new BadRowException(
          count + (count == 1 ? " column, " : " columns, ") + expected + " expected" + hint);
    }
  }

  /** The fields of a row as texts, for headers. */
  List<String> texts(byte[] bytes, int from, int to) {
    split(bytes, from, to);
    return texts(bytes);
  }

  private List<String> texts(byte[] bytes) {
    var texts = new ArrayList<String>(count);
    for (int f = 0; f < count; f++) {
      texts.add(new String(bytes, starts[f], ends[f] - starts[f], UTF_8));
    }
    return texts;
  }

  private void split(byte[] bytes, int from, int to) {
    count = 0;
    if (quotes && hasQuote(bytes, from, to)) {
      splitQuoted(bytes, from, to);
    } else {
      splitPlain(bytes, from, to);
    }
  }

  /** Looks at eight bytes at a time. */
  private void splitPlain(byte[] bytes, int from, int to) {
    int start = from;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long found = zeros((long) LONGS.get(bytes, at) ^ pattern);
      for (; found != 0; found &= found - 1) {
        int end = at + (Long.numberOfTrailingZeros(found) >>> 3);
        add(start, end);
        start = end + 1;
      }
    }
    for (; at < to; at++) {
      if (bytes[at] == separator) {
        add(start, at);
        start = at + 1;
      }
    }
    add(start, to);
  }

  private static boolean hasQuote(byte[] bytes, int from, int to) {
    long found = 0;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      found |= zeros((long) LONGS.get(bytes, at) ^ QUOTES);
    }
    for (; at < to; at++) {
      found |= bytes[at] == '"' ? 1 : 0;
    }
    return found != 0;
  }

  /** The high bit of each byte that is 0, and no other bit. */
  private static long zeros(long bytes) {
    return ~((bytes & LOW_BITS) + LOW_BITS | bytes | LOW_BITS);
  }

  private void splitQuoted(byte[] bytes, int from, int to) {
    int start = from;
    while (true) {
      int end;
      if (start < to && bytes[start] == '"') {
        end = quotedField(bytes, start, to);
      } else {
        end = start;
        while (end < to && bytes[end] != separator) {
          end++;
        }
        add(start, end);
      }
      if (end == to) {
        return;
      }
      start = end + 1;
    }
  }

  /** Adds the field that opens at {@code start} and returns where its separator stands. */
  private int quotedField(byte[] bytes, int start, int to) {
    int write = start + 1;
    int read = start + 1;
    while (read < to) {
      byte b = bytes[read++];
      if (b == '"') {
        if (read == to || bytes[read] != '"') {
          if (read < to && bytes[read] != separator) {
            throw new BadRowException("column " + (count + 1) + ": text behind the closing quote");
          }
          add(start + 1, write);
          return read;
        }
        read++;
      }
      bytes[write++] = b;
    }
    throw new BadRowException(
        "column " + (count + 1) + ": a quoted field without its closing quote");
  }

  private void add(int start, int end) {
    if (count == starts.length) {
      if (count == MOST) {
        throw new BadRowException("more than " + MOST + " columns");
      }
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count++] = end;
  }
}
