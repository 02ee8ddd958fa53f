package dev.farsight.reading.internal.line;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import dev.farsight.reading.RecordFormat;
import dev.farsight.reading.Records;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a file record by record. A record is a line ended by {@code \n}, {@code \r\n} or the end of
 * the file; blank lines are passed over. With quotes, a line end inside a quoted field belongs to
 * the field (RFC 4180). A byte order mark at the start of the file is dropped.
 *
 * <p>{@link #next} exposes the record in place, in a buffer that the next call overwrites. One
 * buffer of 256 KiB, which grows to the longest record, at most 16 MiB; nothing else is allocated.
 * Line ends are found eight bytes at a time. Not thread-safe.
 */
public final class RecordReader implements Records {

  private static final int BUFFER = 1 << 18;
  private static final int LONGEST = 1 << 24;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final DataFile file;

  /** Null if each line is a record. */
  private final QuoteScan quotes;

  private final InputStream in;
  private byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long bufferOffset;
  private long nextLine;

  private int from;
  private int to;
  private long line;
  private long offset;

  /**
   * Reads from the start.
   *
   * @param quotedFieldSeparator as {@link RecordFormat#quotedFieldSeparator} has it
   */
  public static RecordReader open(DataFile file, int quotedFieldSeparator) {
    return open(file, quotedFieldSeparator, new Mark(0, 1));
  }

  /** Reads from a record's start on. */
  static RecordReader open(DataFile file, int quotedFieldSeparator, Mark start) {
    QuoteScan quotes =
        quotedFieldSeparator == RecordFormat.NO_QUOTES
            ? null
            : new QuoteScan((byte) quotedFieldSeparator);
    try {
      return new RecordReader(file, quotes, start);
    } catch (IOException e) {
      throw unreadable(file, start.line() - 1, start.offset(), e);
    }
  }

  private RecordReader(DataFile file, QuoteScan quotes, Mark start) throws IOException {
    this.file = file;
    this.quotes = quotes;
    this.in = file.open(start.offset());
    this.bufferOffset = start.offset();
    this.nextLine = start.line();
    if (start.offset() == 0) {
      dropByteOrderMark();
    }
  }

  @Override
  public boolean next() {
    while (true) {
      line = nextLine;
      int end = endOfRecord();
      if (end < 0) {
        return false;
      }
      from = position;
      to = end;
      offset = bufferOffset + from;
      position = Math.min(end + 1, limit);
      nextLine++;
      if (to > from && buffer[to - 1] == '\r') {
        to--;
      }
      if (to > from) {
        return true;
      }
    }
  }

  /** Without the line end. */
  @Override
  public byte[] bytes() {
    return buffer;
  }

  @Override
  public int from() {
    return from;
  }

  @Override
  public int to() {
    return to;
  }

  /** That of the record's first line. */
  @Override
  public long number() {
    return line;
  }

  /** Where the record starts. */
  Mark mark() {
    return new Mark(offset, line);
  }

  /** Position of the line end that closes the record at {@link #position}; -1 at the end. */
  private int endOfRecord() {
    // Relative to position, which fill() moves: where the line at hand starts, how far it is known.
    int lineStart = 0;
    int searched = 0;
    if (quotes != null) {
      quotes.start();
    }
    while (true) {
      int newline = Bytes.indexOf(buffer, (byte) '\n', position + searched, limit);
      if (newline >= 0) {
        if (quotes == null || !quotes.open(buffer, position + lineStart, newline)) {
          return newline;
        }
        nextLine++;
        lineStart = newline + 1 - position;
        searched = lineStart;
        continue;
      }
      searched = limit - position;
      if (!fill()) {
        if (quotes != null && quotes.open(buffer, position + lineStart, limit)) {
          throw new FarsightException(
              file + ":" + line + ": a quoted field without its closing quote");
        }
        return limit > position ? limit : -1;
      }
    }
  }

  /** Reads more bytes behind the unread ones; false at the end of the file. */
  private boolean fill() {
    int unread = limit - position;
    if (unread == buffer.length) {
      if (unread >= LONGEST) {
        throw new FarsightException(
            file + ":" + line + ": a row of more than " + (LONGEST >> 20) + " MiB");
      }
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    // A long record that comes in many small parts is moved once, not with each of them.
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, unread);
    }
    bufferOffset += position;
    position = 0;
    limit = unread;
    try {
      int read = in.read(buffer, limit, buffer.length - limit);
      limit += Math.max(0, read);
      return read > 0;
    } catch (IOException e) {
      throw unreadable(file, nextLine - 1, bufferOffset + limit, e);
    }
  }

  private void dropByteOrderMark() {
    while (limit < BYTE_ORDER_MARK.length && fill()) {
      // until there is enough to see
    }
    if (Arrays.equals(buffer, 0, Math.min(3, limit), BYTE_ORDER_MARK, 0, 3)) {
      position = BYTE_ORDER_MARK.length;
    }
  }

  private static FarsightException unreadable(
      DataFile file, long lines, long bytes, IOException e) {
    String what = e instanceof EOFException ? "shorter than before" : e.getMessage();
    String where = bytes == 0 ? "" : "; readable up to line " + lines + ", " + bytes + " bytes";
    return new FarsightException(file + ": " + what + where, e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new FarsightException(file + ": cannot be closed: " + IoReason.of(e), e);
    }
  }
}
