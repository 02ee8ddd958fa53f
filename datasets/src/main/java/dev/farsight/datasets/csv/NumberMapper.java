package dev.farsight.datasets.csv;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.datasets.file.DataFile;
import dev.farsight.datasets.text.DialectHints;
import dev.farsight.datasets.text.FieldMap;
import dev.farsight.datasets.text.TextFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Columns by their numbers, for files without a header. The first row says how many columns there
 * are.
 *
 * @param label field of the label, or -1
 * @param dense fields of the dense columns
 * @param categorical fields of the categorical columns
 * @param weights fields with the weights of the categorical columns' bags, or -1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NumberMapper(int label, int[] dense, int[] categorical, int[] weights)
    implements TextFormat.Mapper {

  /** Column numbers, counted from 1, as the configuration gives them. */
  static NumberMapper of(
      Settings own,
      String label,
      List<String> dense,
      List<String> categorical,
      List<Optional<String>> weights) {
    return new NumberMapper(
        label == null ? -1 : field(own, "label", label),
        dense.stream().mapToInt(number -> field(own, "dense", number)).toArray(),
        categorical.stream().mapToInt(number -> field(own, "categorical", number)).toArray(),
        weights.stream()
            .mapToInt(column -> column.map(number -> field(own, "categorical", number)).orElse(-1))
            .toArray());
  }

  private static int field(Settings own, String key, String number) {
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw own.bad(
          key,
          "needs column numbers from 1, because header = false; '"
              + Quoted.of(number)
              + "' is none");
    }
    return Integer.parseInt(number) - 1;
  }

  @Override
  public FieldMap map(DataFile file, long line, List<String> first) {
    int last =
        Stream.of(new int[] {label}, dense, categorical, weights)
            .flatMapToInt(IntStream::of)
            .max()
            .orElseThrow();
    if (last >= first.size()) {
      throw new FarsightException(
          file
              + ":"
              + line
              + ": "
              + first.size()
              + " columns, no column "
              + (last + 1)
              + DialectHints.of(first, "the row"));
    }
    return new FieldMap(first.size(), first.size(), label, dense, categorical, weights);
  }
}
