package dev.farsight.parquet.source;

import dev.farsight.reading.BagRule;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.Columns;
import dev.farsight.reading.CountedFile;
import dev.farsight.reading.CountedFormat;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.FileLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** Parquet files as files of records. The fields of a record are {@link Columns#fieldNames}. */
record ParquetRecords(Columns columns) implements CountedFormat {

  @Override
  public CountedFile open(Columns asked, Path path) {
    var file = new ParquetPath(path);
    ParquetMetadata footer = file.footer();
    var finder = new ColumnFinder(file, footer.getFileMetaData().getSchema());
    List<String> names = asked.fieldNames();
    Set<String> lists = lists();
    Set<String> texts = texts(asked);
    List<Field> fields =
        names.stream()
            .map(name -> finder.find(name, lists.contains(name), texts.contains(name)))
            .toList();
    return new ParquetDataFile(
        file,
        fields,
        Arrays.copyOf(file.groupRows(footer), footer.getBlocks().size()),
        FileLayout.of(asked, names::indexOf, () -> new RowCutter(names.size())),
        footer);
  }

  /** Names of the columns that may hold lists: everything that reads them takes lists. */
  private Set<String> lists() {
    Set<String> names =
        columns.categorical().stream()
            .filter(column -> column.bag() != null)
            .flatMap(column -> Stream.concat(Stream.of(column.field()), weights(column)))
            .collect(Collectors.toSet());
    columns.dense().forEach(column -> names.remove(column.name()));
    columns.categorical().stream()
        .filter(column -> column.bag() == null)
        .forEach(column -> names.remove(column.field()));
    names.remove(columns.label());
    names.remove(columns.weight());
    return names;
  }

  private static Stream<String> weights(CategoricalColumn column) {
    return Stream.ofNullable(column.bag())
        .map(BagRule::weights)
        .flatMap(Stream::ofNullable)
        .map(DenseColumn::name);
  }

  /**
   * Names of the columns that are read as something else than floating-point numbers.
   *
   * @param asked these columns, and those that are read besides
   */
  private Set<String> texts(Columns asked) {
    Set<String> buckets =
        columns.dense().stream()
            .map(column -> CategoricalColumn.buckets(column).name())
            .collect(Collectors.toSet());
    Stream<String> categorical =
        columns.categorical().stream()
            .filter(column -> !buckets.contains(column.name()))
            .map(CategoricalColumn::field);
    Set<String> numbers =
        columns.dense().stream().map(DenseColumn::name).collect(Collectors.toSet());
    Stream<String> copied = asked.copied().stream().filter(name -> !numbers.contains(name));
    return Stream.of(
            Stream.ofNullable(columns.label()),
            Stream.ofNullable(asked.splitField()),
            categorical,
            copied)
        .flatMap(names -> names)
        .collect(Collectors.toSet());
  }
}
