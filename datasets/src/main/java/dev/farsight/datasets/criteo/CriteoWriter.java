package dev.farsight.datasets.criteo;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.FarsightException;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.synthetic.RowFile;
import dev.farsight.datasets.synthetic.RowText;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes synthetic samples as a Criteo file, compressed if its name ends in {@code .gz}. Read back
 * by the {@code criteo} source with the same cardinalities, it gives the same batches bit for bit:
 * dense values are whole numbers, and an index is below its table's rows.
 */
public final class CriteoWriter {

  private static final String HEX = "0123456789abcdef";

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
    return write(source, Integer.MAX_VALUE, () -> {});
  }

  /**
   * The same, with a call after every {@code chunk} rows, which may throw to end the writing.
   *
   * @return how many rows there are
   */
  public long write(SyntheticSource source, int chunk, Runnable chunkDone) {
    check(source.schema());
    return new RowFile(file).write(source, RowWriter::new, chunk, chunkDone);
  }

  /**
   * The section {@code farsight.data} that reads such a file.
   *
   * @throws FarsightException if the schema cannot be written
   */
  public static String settings(Path file, BatchSchema schema) {
    check(schema);
    return """
          source = criteo
          path = %s
          criteo {
            cardinalities = %s
            labelled = true, transform = log, buckets = false, min-count = 1
          }
        """
        .formatted(
            ConfigUtil.quoteString(file.toString()),
            schema.tables().tables().stream().map(Table::rows).toList());
  }

  /** Whether samples of such a schema can be written. */
  public static boolean takes(BatchSchema schema) {
    return schema.denseWidth() == CriteoFormat.DENSE
        && schema.tables().size() == CriteoFormat.TABLES
        && schema.oneHot();
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

  /** Formats rows. */
  private static final class RowWriter implements SyntheticSource.RawRow {

    private final RowText row;

    RowWriter(OutputStream out) {
      row = new RowText(out);
    }

    @Override
    public void accept(int label, int[] counts, int[] indices, int[] starts, int[] sizes) {
      row.put(label);
      for (int count : counts) {
        row.put('\t');
        if (count != MISSING) {
          row.put(count);
        }
      }
      for (int index : indices) {
        row.put('\t');
        for (int shift = 28; shift >= 0; shift -= 4) {
          row.put(HEX.charAt(index >>> shift & 15));
        }
      }
      row.end();
    }
  }
}
