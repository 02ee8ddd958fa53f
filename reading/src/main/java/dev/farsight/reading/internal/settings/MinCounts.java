package dev.farsight.reading.internal.settings;

import dev.farsight.api.config.Settings;
import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.internal.record.RowCounts;

/** Reads {@code min-count}. */
public final class MinCounts {

  private static final String KEY = "min-count";

  private MinCounts() {}

  /**
   * The column, whose rare rows share one if the settings say so.
   *
   * @param settings a section that has the key
   */
  public static CategoricalColumn apply(CategoricalColumn column, Settings settings) {
    int least = read(settings);
    if (least > 1 && column.table().rows() > RowCounts.MOST_ROWS) {
      throw settings.bad(
          KEY,
          "is possible for tables of at most "
              + RowCounts.MOST_ROWS
              + " rows, and "
              + column.table().name()
              + " has "
              + column.table().rows());
    }
    return column.withMinCount(least);
  }

  /** The setting. */
  static int read(Settings settings) {
    return settings.integer(KEY, 1, RowCounts.MOST);
  }
}
