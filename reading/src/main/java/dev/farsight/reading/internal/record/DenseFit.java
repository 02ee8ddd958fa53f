package dev.farsight.reading.internal.record;

import dev.farsight.reading.Columns;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.Transform;
import java.util.stream.Collectors;

/** What a dense column needs to know of the training part: mean and deviation for standard. */
final class DenseFit {

  private DenseFit() {}

  /** Whether mean or deviation is still to be found out from the training part. */
  static boolean needed(DenseColumn column) {
    return unknownStandard(column) >= 0;
  }

  /** The column up to the transform whose figures are to be found out; itself if all are known. */
  static DenseColumn before(DenseColumn column) {
    int unknown = unknownStandard(column);
    return unknown < 0
        ? column
        : new DenseColumn(column.name(), column.whole(), column.transforms().subList(0, unknown));
  }

  /** All columns, the dense ones as {@link #before(DenseColumn)} has them. */
  static Columns before(Columns asked) {
    return asked.with(asked.dense().stream().map(DenseFit::before).toList(), asked.categorical());
  }

  /**
   * What a missing value of columns counts as, before what is to be found out; NaN if it does not
   * count.
   *
   * @param columns numbers of dense columns
   */
  static double[] missing(Columns asked, int[] columns) {
    var missing = new double[columns.length];
    for (int c = 0; c < columns.length; c++) {
      DenseColumn column = asked.dense().get(columns[c]);
      missing[c] =
          leavesOutMissing(column) ? Double.NaN : new DenseReader(before(column)).missing();
    }
    return missing;
  }

  /** Whether missing values have no part in what is found out, as they will count as the mean. */
  static boolean leavesOutMissing(DenseColumn column) {
    return unknownStandard(column) == 0;
  }

  /** The column with what was found out. */
  static DenseColumn with(DenseColumn column, Scale found) {
    return new DenseColumn(
        column.name(),
        column.whole(),
        column.transforms().stream()
            .map(step -> step instanceof Standard standard ? standard.with(found) : step)
            .toList());
  }

  /** The transforms as configurations name them. */
  static String steps(DenseColumn column) {
    return column.transforms().stream().map(Transform::name).collect(Collectors.joining(", "));
  }

  private static int unknownStandard(DenseColumn column) {
    for (int t = 0; t < column.transforms().size(); t++) {
      if (column.transforms().get(t) instanceof Standard standard && standard.unknown()) {
        return t;
      }
    }
    return -1;
  }
}
