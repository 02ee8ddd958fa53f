package dev.farsight.datasets.text;

import dev.farsight.datasets.file.DataFile;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Finds columns by their names in a header, in whatever order they stand there.
 *
 * @param label name of the label column; null for none
 * @param labelRequired whether a header without the label column is an error
 * @param weights the columns with the weights of the categorical columns' bags
 */
public record HeaderMapper(
    String label,
    boolean labelRequired,
    List<String> dense,
    List<String> categorical,
    List<Optional<String>> weights)
    implements TextFormat.Mapper {

  /** Columns without weights. */
  public HeaderMapper(
      String label, boolean labelRequired, List<String> dense, List<String> categorical) {
    this(
        label,
        labelRequired,
        dense,
        categorical,
        Collections.nCopies(categorical.size(), Optional.empty()));
  }

  @Override
  public FieldMap map(DataFile file, long line, List<String> header) {
    var columns = new HeaderColumns(file, line, header);
    int labelField = label == null ? -1 : columns.find(label);
    if (labelRequired && labelField < 0) {
      throw columns.missing(label);
    }
    return new FieldMap(
        header.size(),
        header.size(),
        labelField,
        columns.fields(dense),
        columns.fields(categorical),
        weights.stream().mapToInt(name -> name.map(columns::required).orElse(-1)).toArray());
  }
}
