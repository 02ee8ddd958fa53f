package dev.farsight.datasets.criteo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes synthetic samples as a Criteo file, compressed if its name ends in {@code .gz}. Read back
 * by the {@code criteo} source with the same cardinalities, it gives the same batches bit for bit:
 * dense values are whole numbers, and an index is below its table's rows.
 *
 * <p>Writes beside the file and renames at the end, so a failure leaves an earlier file as it was.
 */
public final class CriteoWriter {

  private static final int BUFFER = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private final Path file;

  public CriteoWriter(Path file) {
    this.file = file;
  }

  /**
   * Writes all samples of the source, those to train on first.
   *
   * @return how many
   * @throws FarsightException if the source has not Criteo's 13 dense features and 26 tables, has
   *     bags, or the file cannot be written
   */
  public long write(SyntheticSource source) {
    check(source.schema());
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (OutputStream out = open(unfinished)) {
        var row = new RowWriter(out);
        source.forEachRow(row::write);
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      return source.trainSamples() + source.evalSamples();
    } catch (IOException e) {
      throw unwritable(unfinished, e);
    } catch (UncheckedIOException e) {
      throw unwritable(unfinished, e.getCause());
    }
  }

  private static void check(BatchSchema schema) {
    int dense = schema.denseWidth();
    int tables = schema.tables().size();
    if (dense != CriteoFormat.DENSE || tables != CriteoFormat.TABLES) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "a Criteo file has 13 dense features and 26 tables, the data %d and %d: set data.synthetic.dense and cardinalities",
              dense,
              tables));
    }
    if (!schema.oneHot()) {
      throw new FarsightException(
          "a Criteo file has one value in a categorical column, the data has bags: set"
              + " data.synthetic.hotness = 1");
    }
  }

  private OutputStream open(Path unfinished) throws IOException {
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    OutputStream out = Files.newOutputStream(unfinished);
    return new BufferedOutputStream(
        file.toString().endsWith(".gz") ? new GZIPOutputStream(out, BUFFER) : out, BUFFER);
  }

  private FarsightException unwritable(Path unfinished, IOException cause) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return DurableFiles.unwritable(file, cause);
  }

  /** Formats rows; allocates nothing per row. */
  private static final class RowWriter {

    private final OutputStream out;
    private final byte[] bytes = new byte[512];
    private int length;

    RowWriter(OutputStream out) {
      this.out = out;
    }

    void write(int label, int[] counts, int[] indices) {
      length = 0;
      bytes[length++] = (byte) ('0' + label);
      for (int count : counts) {
        bytes[length++] = '\t';
        if (count != SyntheticSource.RawRow.MISSING) {
          decimal(count);
        }
      }
      for (int index : indices) {
        bytes[length++] = '\t';
        for (int shift = 28; shift >= 0; shift -= 4) {
          bytes[length++] = HEX[index >>> shift & 15];
        }
      }
      bytes[length++] = '\n';
      try {
        out.write(bytes, 0, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void decimal(int value) {
      if (value < 0) {
        bytes[length++] = '-';
      }
      int rest = Math.abs(value);
      int power = 1;
      while (rest / power >= 10) {
        power *= 10;
      }
      for (; power > 0; power /= 10) {
        bytes[length++] = (byte) ('0' + rest / power % 10);
      }
    }
  }
}
