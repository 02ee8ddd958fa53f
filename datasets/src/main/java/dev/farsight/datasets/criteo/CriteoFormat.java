package dev.farsight.datasets.criteo;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.Table;
import dev.farsight.datasets.Cardinalities;
import dev.farsight.datasets.text.Buckets;
import dev.farsight.datasets.text.CategoricalColumn;
import dev.farsight.datasets.text.DenseColumn;
import dev.farsight.datasets.text.FieldMap;
import dev.farsight.datasets.text.Labels;
import dev.farsight.datasets.text.MinCounts;
import dev.farsight.datasets.text.RowIndexRule;
import dev.farsight.datasets.text.TextFormat;
import dev.farsight.datasets.text.Transform;
import dev.farsight.datasets.text.TransformSettings;
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

  private CriteoFormat() {}

  static TextFormat of(Settings own) {
    int[] rows = Cardinalities.read(own, TABLES, Cardinalities.KAGGLE, Cardinalities.TERABYTE);
    List<Transform> transforms = new TransformSettings(own).ofAll();
    List<DenseColumn> dense =
        IntStream.range(0, DENSE)
            .mapToObj(d -> new DenseColumn("I" + (d + 1), true, transforms))
            .toList();
    boolean buckets = own.bool("buckets");
    var hex = RowIndexRule.hex(ID_DIGITS);
    Stream<CategoricalColumn> ids =
        IntStream.range(0, TABLES)
            .mapToObj(t -> new CategoricalColumn(new Table(tableName(t), rows[t]), hex));
    return new TextFormat(
        '\t',
        false,
        false,
        dense,
        Stream.concat(ids, buckets ? dense.stream().map(Buckets::of) : Stream.empty())
            .map(column -> MinCounts.apply(column, own))
            .toList(),
        mapper(own.choice("labelled", List.of("auto", "true", "false")), buckets));
  }

  static String tableName(int table) {
    return "C" + (table + 1);
  }

  private static TextFormat.Mapper mapper(String labelled, boolean buckets) {
    return switch (labelled) {
      case "true" -> (file, line, first) -> map(true, buckets);
      case "false" -> (file, line, first) -> map(false, buckets);
      default -> (file, line, first) -> map(labelled(first), buckets);
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

  private static FieldMap map(boolean labelled, boolean buckets) {
    int before = labelled ? 1 : 0;
    IntStream dense = IntStream.range(before, before + DENSE);
    IntStream ids = IntStream.range(before + DENSE, before + FEATURES);
    return new FieldMap(
        before + FEATURES,
        before + DENSE + 1,
        labelled ? 0 : -1,
        IntStream.range(before, before + DENSE).toArray(),
        IntStream.concat(ids, buckets ? dense : IntStream.empty()).toArray());
  }
}
