package dev.farsight.datasets.csv;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.datasets.text.DelimitedFormat;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import java.util.List;

/**
 * Columns by their numbers, counted from 1, for files without a header. The first row says how many
 * columns there are.
 */
final class NumberedColumns implements DelimitedFormat.Layouts {

  /**
   * @param columns whose names are numbers
   */
  NumberedColumns(Settings own, Columns columns) {
    if (columns.label() != null) {
      requireNumber(own, "label", columns.label());
    }
    if (columns.weight() != null) {
      requireNumber(own, "weight", columns.weight());
    }
    columns.dense().forEach(column -> requireNumber(own, "dense", column.name()));
    columns.fieldNames().forEach(name -> requireNumber(own, "categorical", name));
  }

  private static void requireNumber(Settings own, String key, String number) {
    if (!isNumber(number)) {
      throw own.bad(
          key,
          "needs column numbers from 1, because header = false; '"
              + Quoted.of(number)
              + "' is none");
    }
  }

  private static boolean isNumber(String name) {
    return name.matches("[1-9]\\d{0,5}");
  }

  private static int position(String number) {
    return Integer.parseInt(number) - 1;
  }

  @Override
  public FileLayout of(DelimitedFormat format, Columns columns, List<String> first) {
    int fields = first.size();
    for (String name : columns.fieldNames()) {
      if (!isNumber(name)) {
        throw new BadRowException(
            "columns are numbers from 1, because header = false; there is no column "
                + Quoted.of(name));
      }
    }
    int last =
        columns.fieldNames().stream().mapToInt(NumberedColumns::position).max().orElseThrow();
    if (last >= fields) {
      throw new BadRowException(
          fields
              + (fields == 1 ? " column" : " columns")
              + ", no column "
              + (last + 1)
              + DelimitedFormat.hint(first, "the row"));
    }
    return FileLayout.of(columns, NumberedColumns::position, () -> format.parser(fields, fields));
  }
}
