package dev.farsight.reading.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a file is compressed. Its first bytes tell; files of several members or frames are read. */
enum Compression {
  GZIP(".gz", 0x1f, 0x8b) {
    @Override
    InputStream open(InputStream compressed) throws IOException {
      return new GzipInput(compressed);
    }
  },

  BZIP2(".bz2", 'B', 'Z', 'h') {
    @Override
    InputStream open(InputStream compressed) throws IOException {
      return new BZip2CompressorInputStream(new BufferedInputStream(compressed), true);
    }
  },

  XZ(".xz", 0xfd, '7', 'z', 'X', 'Z', 0) {
    @Override
    InputStream open(InputStream compressed) throws IOException {
      return new XZInputStream(new BufferedInputStream(compressed), MOST_XZ_MEMORY >> 10);
    }
  },

  ZSTD(".zst", 0x28, 0xb5, 0x2f, 0xfd) {
    @Override
    InputStream open(InputStream compressed) {
      return new ZstdInput(compressed);
    }
  };

  /** A file's header says how much memory it takes to read it; {@code xz -9} takes 65 MiB. */
  private static final int MOST_XZ_MEMORY = 128 << 20;

  private final String suffix;

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final byte[] magic;

  Compression(String suffix, int... magic) {
    this.suffix = suffix;
    this.magic = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      this.magic[i] = (byte) magic[i];
    }
  }

  /** The contents, unpacked. */
  abstract InputStream open(InputStream compressed) throws IOException;

  /** The compression of a file that begins so; empty if it is none of these. */
  static Optional<Compression> of(byte[] start) {
    return Arrays.stream(values())
        .filter(
            c ->
                start.length >= c.magic.length
                    && Arrays.equals(c.magic, 0, c.magic.length, start, 0, c.magic.length))
        .findFirst();
  }

  /** The compression that a file's name promises. */
  static Optional<Compression> named(String fileName) {
    return Arrays.stream(values()).filter(c -> fileName.endsWith(c.suffix)).findFirst();
  }

  /** The name of the format, for messages. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
