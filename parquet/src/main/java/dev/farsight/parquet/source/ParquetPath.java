package dev.farsight.parquet.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** The place of a Parquet file: opens it, and says what is wrong with it. */
record ParquetPath(Path path) {

  private static final String MAGIC = "PAR1";
  private static final String ENCRYPTED = "PARE";
  private static final int LEAST_BYTES = 12;

  /** Something that reads. */
  interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Reads the footer: all but the data.
   *
   * @throws FarsightException if the file is no Parquet file, or damaged
   */
  ParquetMetadata footer() {
    return reading(
        "",
        () -> {
          requireParquet();
          try (ParquetFileReader reader = ParquetFileReader.open(input(), options())) {
            return reader.getFooter();
          }
        });
  }

  /** How many rows each row group has. */
  long[] groupRows(ParquetMetadata footer) {
    long[] rows = footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).toArray();
    for (long some : rows) {
      if (some < 0) {
        throw error("is damaged: a row group of " + some + " rows");
      }
    }
    return rows;
  }

  ParquetFileReader open(ParquetMetadata footer) throws IOException {
    InputFile input = input();
    return ParquetFileReader.open(input, footer, options(), input.newStream());
  }

  private InputFile input() {
    return new LocalInputFile(path);
  }

  private ParquetReadOptions options() {
    return ParquetReadOptions.builder(new PlainParquetConfiguration())
        .withCodecFactory(new Codecs())
        .usePageChecksumVerification()
        .build();
  }

  private void requireParquet() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw error("is no regular file, and Parquet is read from its end; save it in a file first");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      long size = channel.size();
      if (size == 0) {
        throw error("is empty");
      }
      String start = four(channel, 0);
      if (start.equals(ENCRYPTED)) {
        throw error("is encrypted, which cannot be read");
      }
      if (!start.equals(MAGIC)) {
        throw error(
            "is no Parquet file; to read some files of a folder, give a glob such as *.parquet");
      }
      if (size < LEAST_BYTES || !four(channel, size - MAGIC.length()).equals(MAGIC)) {
        throw error("is cut off, or still being written: it does not end as a Parquet file does");
      }
    }
  }

  private static String four(FileChannel channel, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length());
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
      // until there are four
    }
    return new String(bytes.array(), US_ASCII);
  }

  /**
   * Reads, and says what is wrong if that fails: Parquet's library reports damage by all kinds of
   * exceptions, and by asking for absurd amounts of memory.
   *
   * @param where in the file, such as {@code row group 3: }; may be empty
   */
  <T> T reading(String where, Reading<T> code) {
    try {
      return code.read();
    } catch (FarsightException e) {
      throw e;
    } catch (UnreadableException e) {
      throw new FarsightException(path + ": " + where + e.getMessage(), e);
    } catch (IOException e) {
      throw new FarsightException(path + ": " + where + "cannot be read: " + IoReason.of(e), e);
    } catch (RuntimeException e) {
      throw new FarsightException(path + ": " + where + "is damaged: " + reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new FarsightException(
          path + ": " + where + "is damaged, or needs more Java heap (-Xmx)", e);
    }
  }

  /** The innermost message, on one line. */
  private static String reason(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    if (inner instanceof UnreadableException) {
      return inner.getMessage();
    }
    String text = inner.getMessage() == null ? "" : inner.getMessage();
    String line = text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.isEmpty() ? inner.getClass().getSimpleName() : line;
  }

  FarsightException error(String complaint) {
    return new FarsightException(path + ": " + complaint);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
