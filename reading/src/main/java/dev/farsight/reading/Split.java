package dev.farsight.reading;

import dev.farsight.api.config.Settings;

/**
 * How a data set is cut, in its own order: the first rows to train on, the last to evaluate on.
 *
 * @param total rows of both parts
 * @param train rows of the first part
 */
public record Split(long total, long train) {

  /**
   * Cuts off {@code data.eval-fraction} of the rows, rounded to the nearest number of rows.
   *
   * @param data the section {@code farsight.data}
   */
  public static Split of(Settings data, long total) {
    double fraction = data.share("eval-fraction", 0, 1);
    return new Split(total, total - Math.round(total * fraction));
  }

  /** Rows of the last part. */
  public long eval() {
    return total - train;
  }
}
