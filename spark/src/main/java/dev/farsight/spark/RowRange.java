package dev.farsight.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a part that one task looks at.
 *
 * @param from the first one, from 0
 * @param to the one behind the last
 */
record RowRange(long from, long to) implements Serializable {

  /** Cuts rows into ranges of equal size but the last; none if there are no rows. */
  static List<RowRange> of(long rows, long size) {
    var ranges = new ArrayList<RowRange>();
    for (long from = 0; from < rows; from += size) {
      ranges.add(new RowRange(from, Math.min(rows, from + size)));
    }
    return ranges;
  }
}
