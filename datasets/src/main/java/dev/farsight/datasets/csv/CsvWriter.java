package dev.farsight.datasets.csv;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.typesafe.config.ConfigUtil;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.Feature;
import dev.farsight.datasets.synthetic.RowFile;
import dev.farsight.datasets.synthetic.RowText;
import dev.farsight.datasets.synthetic.SyntheticSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes synthetic samples as csv: {@code label}, dense columns {@code I1, I2, ...}, and a column
 * for each feature, bags with blanks between values. Read back by the {@code csv} source as {@link
 * #settings} says, it gives the same batches bit for bit.
 */
public final class CsvWriter {

  private static final char SEPARATOR = ',';
  private static final char BETWEEN_VALUES = ' ';

  private final Path file;

  public CsvWriter(Path file) {
    this.file = file;
  }

  /**
   * Writes all samples of the source, those to train on first.
   *
   * @param chunk rows between two calls of {@code chunkDone}, which may throw to end the writing
   * @return how many
   */
  public long write(SyntheticSource source, int chunk, Runnable chunkDone) {
    return new RowFile(file).write(source, out -> rows(source.schema(), out), chunk, chunkDone);
  }

  /** The section {@code farsight.data} that reads such a file. */
  public static String settings(Path file, BatchSchema schema) {
    var text = new StringBuilder("  source = csv\n");
    text.append("  path = ").append(ConfigUtil.quoteString(file.toString()));
    text.append("\n  csv {\n    separator = \",\", header = true, label = label\n");
    text.append("    transform = log, buckets = false, min-count = 1\n    dense = [");
    text.append(String.join(", ", dense(schema))).append("]\n    categorical = [\n");
    schema.features().forEach(feature -> text.append("      ").append(entry(feature, schema)));
    return text.append("    ]\n  }\n").toString();
  }

  private static String entry(Feature feature, BatchSchema schema) {
    int rows = schema.tables().get(feature.table()).rows();
    String bag =
        feature.oneHot()
            ? ""
            : String.format(
                Locale.ROOT,
                ", max-lookups = %d, separator = \"%s\", pooling = %s",
                feature.maxLookups(),
                BETWEEN_VALUES,
                feature.pooling().configName());
    return String.format(
        Locale.ROOT, "{ column = %s, rows = %d, kind = integer%s }%n", feature.name(), rows, bag);
  }

  private static List<String> dense(BatchSchema schema) {
    List<String> names = new ArrayList<>();
    for (int d = 1; d <= schema.denseWidth(); d++) {
      names.add("I" + d);
    }
    return names;
  }

  private static SyntheticSource.RawRow rows(BatchSchema schema, OutputStream out)
      throws IOException {
    List<String> header = new ArrayList<>(List.of("label"));
    header.addAll(dense(schema));
    schema.features().forEach(feature -> header.add(feature.name()));
    out.write((String.join(String.valueOf(SEPARATOR), header) + "\n").getBytes(US_ASCII));
    var row = new RowText(out);
    return (label, counts, indices, starts, sizes) -> {
      row.put(label);
      for (int count : counts) {
        row.put(SEPARATOR);
        if (count != SyntheticSource.RawRow.MISSING) {
          row.put(count);
        }
      }
      for (int t = 0; t < sizes.length; t++) {
        for (int i = 0; i < sizes[t]; i++) {
          row.put(i == 0 ? SEPARATOR : BETWEEN_VALUES).put(indices[starts[t] + i]);
        }
      }
      row.end();
    };
  }
}
