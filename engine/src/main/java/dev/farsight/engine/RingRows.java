package dev.farsight.engine;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;

/** How much room a run gives its rings, for those who plan without running. */
public final class RingRows {

  private RingRows() {}

  /**
   * Rows of a ring.
   *
   * @param farsight the section {@code farsight}
   * @param ring {@code in} or {@code out}
   * @param most rows that the largest possible plan brings in
   */
  public static int of(Settings farsight, String ring, int most, RowFormat format) {
    return Shapes.ringRows(EngineSettings.of(farsight), ring, most, format);
  }
}
