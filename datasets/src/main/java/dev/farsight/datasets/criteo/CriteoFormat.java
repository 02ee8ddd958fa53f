package dev.farsight.datasets.criteo;

import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.text.DelimitedFormat;
import dev.farsight.reading.BadRowException;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.ColumnSettings;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.Labels;
import dev.farsight.reading.MissingColumn;
import dev.farsight.reading.RowIndexRule;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Criteo's rows, the same in the Kaggle and 1TB sets: an optional label, 13 whole numbers I1 to
 * I13, 26 hexadecimal values C1 to C26, separated by tabs, without header. Any field but the label
 * may be empty.
 *
 * <p>Some tools strip trailing tabs, so a row may lack a run of empty columns at its end. It is
 * taken for such a row if its last column is a categorical one and not empty; any other row of
 * fewer columns is malformed.
 *
 * <p>The buckets of I1 to I13, if asked for, come behind C26.
 */
final class CriteoFormat {

  static final int DENSE = 13;
  static final int TABLES = 26;

  /** Columns of an unlabelled row. */
  private static final int FEATURES = DENSE + TABLES;

  /** Hexadecimal digits of every categorical value that Criteo published. */
  static final int ID_DIGITS = 8;

  private static final String LABEL = "label";

  private static final List<String> NUMBERS =
      IntStream.range(0, DENSE).mapToObj(d -> "I" + (d + 1)).toList();

  /** The columns of a labelled row, in order. */
  private static final List<String> LABELLED_ROW =
      Stream.of(
              Stream.of(LABEL),
              NUMBERS.stream(),
              IntStream.range(0, TABLES).mapToObj(CriteoFormat::tableName))
          .flatMap(names -> names)
          .toList();

  private CriteoFormat() {}

  static DelimitedFormat of(Settings own) {
    int[] rows = Cardinalities.read(own, TABLES, Cardinalities.KAGGLE, Cardinalities.TERABYTE);
    var hex = RowIndexRule.hex(ID_DIGITS);
    List<CategoricalColumn> ids =
        IntStream.range(0, TABLES)
            .mapToObj(t -> new CategoricalColumn(new Table(tableName(t), rows[t]), hex))
            .toList();
    Columns columns = ColumnSettings.fixed(own, LABEL, NUMBERS, ids);
    String labelled = own.choice("labelled", List.of("auto", "true", "false"));
    return new DelimitedFormat('\t', false, false, columns, layouts(labelled));
  }

  static String tableName(int table) {
    return "C" + (table + 1);
  }

  private static DelimitedFormat.Layouts layouts(String labelled) {
    return switch (labelled) {
      case "true" -> (format, columns, first) -> layout(format, columns, true);
      case "false" -> (format, columns, first) -> layout(format, columns, false);
      default -> (format, columns, first) -> layout(format, columns, labelled(first));
    };
  }

  /**
   * Whether a row has a label. 40 columns: yes. 39 or fewer leave two readings, without label or
   * with stripped columns, told apart by the column behind the 13th: there an unlabelled row has
   * C1, eight hexadecimal digits, and a labelled one I13, a short number or nothing, with C1 behind
   * it. A row that shows neither shape goes by its count.
   */
  static boolean labelled(List<String> first) {
    int columns = first.size();
    if (columns > FEATURES || columns <= DENSE + 1) {
      return true;
    }
    if (first.get(DENSE).length() == ID_DIGITS) {
      return false;
    }
    boolean labelShape = Labels.isLabel(first.get(0));
    boolean idBehind = first.get(DENSE + 1).length() == ID_DIGITS;
    return columns < FEATURES || (labelShape && idBehind);
  }

  private static FileLayout layout(DelimitedFormat format, Columns columns, boolean labelled) {
    List<String> row = labelled ? LABELLED_ROW : LABELLED_ROW.subList(1, LABELLED_ROW.size());
    int least = row.indexOf(tableName(0)) + 1;
    for (String name : columns.fieldNames()) {
      if (!row.contains(name) && !name.equals(LABEL)) {
        throw new BadRowException(
            "there is no column "
                + Quoted.of(name)
                + MissingColumn.meant(name, row)
                + MissingColumn.found(row));
      }
    }
    return FileLayout.of(columns, row::indexOf, () -> format.parser(row.size(), least));
  }
}
