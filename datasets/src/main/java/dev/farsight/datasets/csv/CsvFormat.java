package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.HeaderMapper;
import dev.farsight.datasets.text.TextFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a format of the section {@code farsight.data.csv}. The buckets of dense columns come behind
 * the categorical columns.
 */
final class CsvFormat {

  private CsvFormat() {}

  static TextFormat of(Settings own) {
    char separator = Separators.ofFields(own);
    boolean header = own.bool("header");
    var categories = CsvCategories.of(own);
    var dense =
        DenseEntries.of(own, categories.columns().stream().map(CategoricalColumn::name).toList());
    String label = own.optionalString("label").orElse(null);
    List<CategoricalColumn> categorical = concat(categories.columns(), dense.buckets());
    List<String> names = concat(categories.names(), dense.bucketed());
    var weights = new ArrayList<>(categories.weights());
    dense.bucketed().forEach(column -> weights.add(Optional.empty()));
    return new TextFormat(
        separator,
        own.bool("quotes"),
        header,
        List.copyOf(dense.columns()),
        categorical,
        header
            ? new HeaderMapper(label, label != null, dense.names(), names, weights)
            : NumberMapper.of(own, label, dense.names(), names, weights));
  }

  private static <T> List<T> concat(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
