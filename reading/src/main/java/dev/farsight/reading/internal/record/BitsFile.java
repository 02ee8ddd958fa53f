package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * A set of numbers below n in NumPy's npy format, version 1.0: ceil(n / 8) unsigned bytes, of which
 * bit b of byte i, counted from the lowest, tells whether 8 i + b is in the set. NumPy reads it by
 * {@code np.unpackbits(np.load(file), bitorder="little")}.
 */
final class BitsFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** Length of magic, header's length and header: a multiple of 64, as npy wants it. */
  private static final int HEADER = 128;

  private BitsFile() {}

  static void write(Path file, BitSet bits, int n) throws IOException {
    byte[] header = header(n);
    byte[] content = Arrays.copyOf(header, HEADER + bytes(n));
    byte[] packed = bits.toByteArray();
    System.arraycopy(packed, 0, content, HEADER, packed.length);
    Files.write(file, content);
  }

  /**
   * Reads a set of numbers below n.
   *
   * @throws FarsightException if the file cannot be read, or is not one of those
   */
  static BitSet read(Path file, int n) {
    byte[] content;
    try {
      if (Files.size(file) != HEADER + (long) bytes(n)) {
        throw damaged(file, n);
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
    BitSet bits = BitSet.valueOf(Arrays.copyOfRange(content, HEADER, content.length));
    if (!Arrays.equals(header(n), 0, HEADER, content, 0, HEADER) || bits.length() > n) {
      throw damaged(file, n);
    }
    return bits;
  }

  private static FarsightException damaged(Path file, int n) {
    return new FarsightException(
        String.format(Locale.ROOT, "%s: is damaged: it is no npy file of %d bits", file, n));
  }

  private static byte[] header(int n) {
    String text =
        String.format(
            Locale.ROOT, "{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }", bytes(n));
    byte[] header = Arrays.copyOf(MAGIC, HEADER);
    header[MAGIC.length] = (byte) (HEADER - MAGIC.length - 2);
    Arrays.fill(header, MAGIC.length + 2, HEADER - 1, (byte) ' ');
    System.arraycopy(text.getBytes(US_ASCII), 0, header, MAGIC.length + 2, text.length());
    header[HEADER - 1] = '\n';
    return header;
  }

  private static int bytes(int n) {
    return (int) ((n + 7L) / 8);
  }
}
