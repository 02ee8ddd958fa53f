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
import java.util.stream.IntStream;

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
    List<Table> tables = tables();
    return new BatchSchema(
        dense.size(),
        new TableSet(tables),
        categorical.stream().map(column -> column.feature(tables)).toList(),
        columns.labelled() ? Set.of(Column.LABEL) : Set.of());
  }

  /** The tables of all columns. */
  List<Table> tables() {
    return categorical.stream().map(CategoricalColumn::table).distinct().toList();
  }

  /** How many lookups of a row of a table, by its number, let it be told apart. */
  int minCount(int table) {
    Table of = tables().get(table);
    return categorical.stream()
        .filter(column -> column.table().equals(of))
        .mapToInt(CategoricalColumn::minCount)
        .findFirst()
        .orElseThrow();
  }

  /** Numbers of the tables whose rows have to be counted. */
  List<Integer> countedTables() {
    return IntStream.range(0, tables().size()).filter(t -> minCount(t) > 1).boxed().toList();
  }

  /** Numbers of the dense columns whose scale has to be found out. */
  List<Integer> fittedColumns() {
    return IntStream.range(0, dense.size()).filter(d -> dense.get(d).fits()).boxed().toList();
  }

  /** Whether rows of some table have to be counted. */
  boolean counts() {
    return categorical.stream().anyMatch(CategoricalColumn::counts);
  }

  /** Whether there is something to find out from the training part. */
  boolean fits() {
    return counts() || dense.stream().anyMatch(DenseColumn::fits);
  }

  /** The same format with other columns in the same places. */
  TextFormat with(List<DenseColumn> otherDense, List<CategoricalColumn> otherCategorical) {
    return new TextFormat(separator, quotes, header, otherDense, otherCategorical, mapper);
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
