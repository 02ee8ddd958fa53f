package dev.farsight.reading.internal.record;

import dev.farsight.api.table.Table;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.DenseColumn;
import dev.farsight.reading.RowIndexRule;

/**
 * Makes categories of numbers, for models that learn a row for each order of magnitude beside the
 * number itself. The bucket of x is
 *
 * <pre>
 * x missing   0
 * x &lt;= 2      17 + max(floor(x), -16)              1 to 19
 * x > 2       20 + min(floor(ln(x)^2), 491)       20 to 511; the last from 4.2e9 on
 * </pre>
 *
 * so that small numbers have buckets of their own, and large ones those of LIBFFM's recipe for
 * Criteo. Computed by {@link StrictMath}; those of counts up to 4,095 are looked up. Stateless.
 */
public final class Buckets implements RowIndexRule {

  /** Rows of the table of a column's buckets. */
  public static final int ROWS = 512;

  private static final int LEAST = -16;
  private static final int OF_ZERO = 17;
  private static final int LARGEST_SMALL = 2;
  private static final int FIRST_LARGE = OF_ZERO + LARGEST_SMALL + 1;
  private static final int KNOWN = 1 << 12;

  private final boolean whole;

  /** Buckets of the first counts. */
  private final short[] known = new short[KNOWN];

  private Buckets(boolean whole) {
    this.whole = whole;
    for (int count = 0; count < KNOWN; count++) {
      known[count] = (short) compute(count);
    }
  }

  /** The buckets of a dense column as a column of categories with a table of its own. */
  public static CategoricalColumn of(DenseColumn column) {
    String name = column.name() + "-bucket";
    var rule = new Buckets(column.whole());
    return new CategoricalColumn(column.name(), name, new Table(name, ROWS), rule, null, 1);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    return bucket(bytes, from, to);
  }

  @Override
  public long value(byte[] bytes, int from, int to) {
    return bucket(bytes, from, to);
  }

  private int bucket(byte[] bytes, int from, int to) {
    double value = whole ? Numbers.whole(bytes, from, to) : Numbers.decimal(bytes, from, to);
    int count = (int) value;
    return count == value && count >= 0 && count < KNOWN ? known[count] : compute(value);
  }

  private static int compute(double value) {
    if (value <= LARGEST_SMALL) {
      return OF_ZERO + (int) Math.max(Math.floor(value), LEAST);
    }
    double log = StrictMath.log(value);
    return FIRST_LARGE + (int) Math.min(log * log, ROWS - 1 - FIRST_LARGE);
  }
}
