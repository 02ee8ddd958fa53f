package dev.farsight.reading;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which columns the samples of a source have. {@link ColumnSettings} reads them from a
 * configuration; a format that knows its columns names them here.
 *
 * @param label name of the field with the label; null if there is none, so that the data can only
 *     be evaluated
 * @param weight name of the field with the sample's weight in the loss; null if there is none
 * @param splitField name of the field that tells which rows are for evaluation, {@code
 *     data.eval-where}; null if the split is by row number. Set by {@link RecordSources}
 * @param copied names of the fields whose texts are handed on with the samples, {@link
 *     dev.farsight.api.data.DataContext#fields}. Set by {@link RecordSources}
 */
public record Columns(
    String label,
    List<DenseColumn> dense,
    List<CategoricalColumn> categorical,
    String weight,
    String splitField,
    List<String> copied) {

  public Columns {
    copied = List.copyOf(copied);
    dense = List.copyOf(dense);
    categorical = List.copyOf(categorical);
  }

  /** Columns of samples that are split by row number. */
  public Columns(String label, List<DenseColumn> dense, List<CategoricalColumn> categorical) {
    this(label, dense, categorical, null, null, List.of());
  }

  /** The same columns of samples whose weight is in a field; null: without a weight. */
  public Columns weightedBy(String field) {
    return new Columns(label, dense, categorical, field, splitField, copied);
  }

  /** The same, with other columns of numbers and categories. */
  public Columns with(List<DenseColumn> numbers, List<CategoricalColumn> categories) {
    return new Columns(label, numbers, categories, weight, splitField, copied);
  }

  /** The same columns of samples that a field splits. */
  public Columns splitBy(String field) {
    return new Columns(label, dense, categorical, weight, field, copied);
  }

  /** The same columns of samples with which the texts of fields are handed on. */
  public Columns copying(List<String> fields) {
    return new Columns(label, dense, categorical, weight, splitField, fields);
  }

  /** The names of all fields that are read, each once: what {@link Fields#set} takes. */
  public List<String> fieldNames() {
    Stream<String> lookupWeights =
        categorical.stream()
            .map(CategoricalColumn::bag)
            .filter(bag -> bag != null && bag.weights() != null)
            .map(bag -> bag.weights().name());
    return Stream.of(
            Stream.ofNullable(label),
            dense.stream().map(DenseColumn::name),
            categorical.stream().map(CategoricalColumn::field),
            lookupWeights,
            Stream.ofNullable(weight),
            Stream.ofNullable(splitField),
            copied.stream())
        .flatMap(names -> names)
        .distinct()
        .toList();
  }

  /** The tables of all columns, in the order in which columns first name them. */
  public List<Table> tables() {
    return categorical.stream().map(CategoricalColumn::table).distinct().toList();
  }

  /** The schema of the samples. */
  public BatchSchema schema(boolean labelled) {
    List<Table> tables = tables();
    Set<BatchSchema.Column> more = EnumSet.noneOf(BatchSchema.Column.class);
    if (labelled) {
      more.add(BatchSchema.Column.LABEL);
    }
    if (weight != null) {
      more.add(BatchSchema.Column.WEIGHT);
    }
    return new BatchSchema(
        dense.size(),
        new TableSet(tables),
        categorical.stream().map(column -> column.feature(tables)).toList(),
        more);
  }
}
