package dev.farsight.reading.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip data (RFC 1952) of any number of members. Whatever follows a member must be another
 * one, or zeros up to the end, which tapes and some disks add and {@code gzip -t} accepts.
 *
 * <p>The JDK's stream takes what does not parse as a further member for the end of the file, and so
 * loses rows of a file that was cut within a header; of a pipe it reads one member only, if no more
 * is there yet.
 */
final class GzipInput extends InputStream {

  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;

  /** Time, extra flags and operating system. */
  private static final int UNUSED_HEADER = 6;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean ended;

  /** Reads the first member's header. */
  GzipInput(InputStream compressed) throws IOException {
    in = compressed;
    try {
      header(next());
    } catch (IOException e) {
      inflater.end();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int read = inflate(into, from, length);
      if (read > 0) {
        crc.update(into, from, read);
        return read;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("it needs a dictionary");
      } else if (fill()) {
        inflater.setInput(buffer, 0, end);
      } else {
        throw new EOFException();
      }
    }
    return -1;
  }

  private int inflate(byte[] into, int from, int length) throws ZipException {
    try {
      return inflater.inflate(into, from, length);
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage());
    }
  }

  private void endMember() throws IOException {
    at = end - inflater.getRemaining();
    if (number(4) != crc.getValue()) {
      throw new ZipException("its checksum differs");
    }
    if (number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw new ZipException("its length differs");
    }
    int following = peek();
    while (following == 0) {
      at++;
      following = peek();
      if (following > 0) {
        throw new ZipException("something follows the zeros behind the compressed data");
      }
    }
    ended = following < 0;
    if (!ended) {
      header(next());
    }
  }

  /** Reads a header, whose first byte was read, so that compressed data follows. */
  private void header(int first) throws IOException {
    if (first != 0x1f || next() != 0x8b) {
      throw new ZipException("what follows the compressed data is no gzip data");
    }
    if (next() != DEFLATE) {
      throw new ZipException("its method of compression is unknown");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("its header has unknown flags");
    }
    skip(UNUSED_HEADER);
    if ((flags & EXTRA) != 0) {
      skip((int) number(2));
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    crc.reset();
    inflater.setInput(buffer, at, end - at);
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // a name or a comment
    }
  }

  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) next() << (8 * i);
    }
    return number;
  }

  private int next() throws IOException {
    int next = peek();
    if (next < 0) {
      throw new EOFException();
    }
    at++;
    return next;
  }

  private int peek() throws IOException {
    return at < end || fill() ? buffer[at] & 0xff : -1;
  }

  /** Fills the buffer anew; false at the end. */
  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
