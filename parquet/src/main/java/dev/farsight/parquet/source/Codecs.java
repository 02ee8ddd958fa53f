package dev.farsight.parquet.source;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Unpacks pages: gzip by the JDK, snappy and lz4_raw by aircompressor, zstd by zstd-jni. Parquet's
 * own codecs are Hadoop's, and bring natives for all platforms.
 */
final class Codecs implements CompressionCodecFactory {

  /**
   * A page that claims to unpack to more, for a byte of it, is damaged; zstd alone packs tighter.
   */
  private static final int MOST_FOR_A_BYTE = 1100;

  /** Unpacks a page, whose size is known. */
  private interface Unpacker {
    void unpack(byte[] page, byte[] into) throws IOException;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Stored();
      case SNAPPY -> new Pages(codec, Codecs::snappy);
      case GZIP -> new Pages(codec, Codecs::gzip);
      case ZSTD -> new Pages(codec, Codecs::zstd);
      case LZ4_RAW -> new Pages(codec, Codecs::lz4);
      default ->
          throw new UnreadableException(
              "is compressed by "
                  + name(codec)
                  + ", which cannot be read; write it with zstd, snappy, gzip, lz4_raw or without"
                  + " compression");
    };
  }

  private static String name(CompressionCodecName codec) {
    return codec.name().toLowerCase(Locale.ROOT);
  }

  private static void snappy(byte[] page, byte[] into) {
    requireSize(SnappyDecompressor.getUncompressedLength(page, 0), into);
    requireSize(
        new SnappyDecompressor().decompress(page, 0, page.length, into, 0, into.length), into);
  }

  private static void lz4(byte[] page, byte[] into) {
    requireSize(new Lz4Decompressor().decompress(page, 0, page.length, into, 0, into.length), into);
  }

  private static void gzip(byte[] page, byte[] into) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(page))) {
      requireSize(in.readNBytes(into, 0, into.length), into);
    }
  }

  private static void zstd(byte[] page, byte[] into) {
    requireSize(Zstd.decompressByteArray(into, 0, into.length, page, 0, page.length), into);
  }

  private static void requireSize(long size, byte[] into) {
    if (size != into.length) {
      throw new IllegalStateException("a page of " + into.length + " bytes has " + size);
    }
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written");
  }

  @Override
  public void release() {
    // Nothing is held.
  }

  private record Stored() implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput page, int size) {
      return page;
    }

    @Override
    public void decompress(ByteBuffer page, int packed, ByteBuffer into, int size) {
      into.put(page);
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }

  private record Pages(CompressionCodecName codec, Unpacker unpacker)
      implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput page, int size) throws IOException {
      return BytesInput.from(unpack(page.toByteArray(), size));
    }

    @Override
    public void decompress(ByteBuffer page, int packed, ByteBuffer into, int size)
        throws IOException {
      byte[] bytes = new byte[packed];
      page.get(bytes);
      into.put(unpack(bytes, size));
    }

    private byte[] unpack(byte[] page, int size) throws IOException {
      boolean absurd = codec != CompressionCodecName.ZSTD && size / MOST_FOR_A_BYTE > page.length;
      if (size < 0 || absurd) {
        throw new IllegalStateException(
            "a page of " + page.length + " bytes cannot unpack to " + size);
      }
      byte[] unpacked = new byte[size];
      unpacker.unpack(page, unpacked);
      return unpacked;
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }
}
