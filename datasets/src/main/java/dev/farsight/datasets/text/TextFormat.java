package dev.farsight.datasets.text;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSchema.Column;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.file.QuoteScan;
import dev.farsight.datasets.text.BagRule.LongBags;
import java.util.List;
import java.util.Set;

/**
 * A format of text rows.
 *
 * @param separator the byte between two fields
 * @param quotes whether fields may be quoted as RFC 4180 has it
 * @param header whether each file begins with a row of column names
 * @param mapper finds the columns
 */
public record TextFormat(
    char separator,
    boolean quotes,
    boolean header,
    List<DenseColumn> dense,
    List<CategoricalColumn> categorical,
    Mapper mapper) {

  /** Finds the columns of a file. */
  @FunctionalInterface
  public interface Mapper {

    /**
     * @param file for messages
     * @param line where {@code first} stands, for messages
     * @param first the fields of the header, of every file; without header those of the first row,
     *     of the first file alone
     * @throws dev.farsight.api.FarsightException if a column is missing
     */
    FieldMap map(DataFile file, long line, List<String> first);
  }

  /**
   * @param columns those of a file
   */
  BatchSchema schema(FieldMap columns) {
    List<Table> tables = categorical.stream().map(CategoricalColumn::table).distinct().toList();
    return new BatchSchema(
        dense.size(),
        new TableSet(tables),
        categorical.stream().map(column -> column.feature(tables)).toList(),
        columns.labelled() ? Set.of(Column.LABEL) : Set.of());
  }

  /** Whether bags may be truncated. */
  boolean truncates() {
    return categorical.stream()
        .anyMatch(column -> column.bag() != null && column.bag().longBags() == LongBags.TRUNCATE);
  }

  QuoteScan quoteScan() {
    return quotes ? new QuoteScan((byte) separator) : null;
  }
}
