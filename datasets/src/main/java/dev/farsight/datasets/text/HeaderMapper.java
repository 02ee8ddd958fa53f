package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.file.DataFile;
import java.util.List;

/**
 * Finds columns by their names in a header, in whatever order they stand there.
 *
 * @param label name of the label column; null for none
 * @param labelRequired whether a header without the label column is an error
 */
public record HeaderMapper(
    String label, boolean labelRequired, List<String> dense, List<String> categorical)
    implements TextFormat.Mapper {

  @Override
  public FieldMap map(DataFile file, long line, List<String> header) {
    int labelField = label == null ? -1 : header.indexOf(label);
    if (labelRequired && labelField < 0) {
      throw missing(file, line, label);
    }
    return new FieldMap(
        header.size(),
        header.size(),
        labelField,
        fields(file, line, header, dense),
        fields(file, line, header, categorical));
  }

  private static int[] fields(DataFile file, long line, List<String> header, List<String> names) {
    return names.stream()
        .mapToInt(
            name -> {
              int field = header.indexOf(name);
              if (field < 0) {
                throw missing(file, line, name);
              }
              return field;
            })
        .toArray();
  }

  private static FarsightException missing(DataFile file, long line, String name) {
    return new FarsightException(file + ":" + line + ": the header has no column " + name);
  }
}
