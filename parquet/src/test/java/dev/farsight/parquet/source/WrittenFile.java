package dev.farsight.parquet.source;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * How a Parquet file is written, by Parquet's own library.
 *
 * @param groupRows most rows of a row group
 */
record WrittenFile(
    CompressionCodecName codec, boolean dictionary, WriterVersion version, int groupRows) {

  static final WrittenFile PLAIN =
      new WrittenFile(CompressionCodecName.UNCOMPRESSED, true, WriterVersion.PARQUET_1_0, 100);

  WrittenFile groupsOf(int rows) {
    return new WrittenFile(codec, dictionary, version, rows);
  }

  /**
   * Writes a file.
   *
   * @param schema in Parquet's own language, without {@code message}
   * @param rows each fills the fields of a row
   */
  Path write(Path file, String schema, List<Consumer<Group>> rows) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message rows {" + schema + "}");
    try (var writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withType(type)
            .withCodecFactory(new Packers())
            .withCompressionCodec(codec)
            .withDictionaryEncoding(dictionary)
            .withWriterVersion(version)
            .withPageSize(2_000)
            .withPageRowCountLimit(37)
            .withRowGroupRowCountLimit(groupRows)
            .build()) {
      for (Consumer<Group> row : rows) {
        var group = new SimpleGroup(type);
        row.accept(group);
        writer.write(group);
      }
    }
    return file;
  }

  @Override
  public String toString() {
    return codec + (dictionary ? ", dictionary, " : ", ") + version + ", groups of " + groupRows;
  }

  /** The reverse of {@link Codecs}. */
  private static final class Packers implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {

        @Override
        public BytesInput compress(BytesInput page) throws IOException {
          return BytesInput.from(pack(codec, page.toByteArray()));
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {
          // Nothing is held.
        }
      };
    }

    private static byte[] pack(CompressionCodecName codec, byte[] page) throws IOException {
      return switch (codec) {
        case UNCOMPRESSED -> page;
        case SNAPPY -> pack(new SnappyCompressor(), page);
        case LZ4_RAW -> pack(new Lz4Compressor(), page);
        case ZSTD -> Zstd.compress(page);
        case GZIP -> {
          var packed = new ByteArrayOutputStream();
          try (var out = new GZIPOutputStream(packed)) {
            out.write(page);
          }
          yield packed.toByteArray();
        }
        default -> page; // not to be read
      };
    }

    private static byte[] pack(Compressor compressor, byte[] page) {
      byte[] packed = new byte[compressor.maxCompressedLength(page.length)];
      int size = compressor.compress(page, 0, page.length, packed, 0, packed.length);
      return Arrays.copyOf(packed, size);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }
}
