package dev.farsight.datasets.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses gzip data of any number of members. The JDK's stream takes whatever does not parse
 * as a further member for the end of the file, so that a file cut within a member's header, or with
 * a damaged one, would silently lose rows; here it is an error.
 */
final class GzipInput extends GZIPInputStream {

  private static final int BUFFER = 1 << 16;

  /** CRC and length, which the superclass reads past without taking them from the inflater. */
  private static final int TRAILER = 8;

  GzipInput(InputStream compressed) throws IOException {
    super(compressed, BUFFER);
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int read = super.read(into, from, length);
    if (read < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
      throw new ZipException("what follows the compressed data is no gzip data");
    }
    return read;
  }
}
