package dev.farsight.engine;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.build.RingSizes;
import dev.farsight.engine.settings.EngineSettings;

/** How many rows a run gives its rings; for tools that plan without running. */
public final class RingRows {

  private RingRows() {}

  /**
   * Rows of a ring.
   *
   * @param farsight the section {@code farsight}
   * @param ring {@code in} or {@code out}
   * @param largestPlan rows that the largest possible plan loads
   */
  public static int of(Settings farsight, String ring, int largestPlan, RowFormat format) {
    return RingSizes.rows(EngineSettings.of(farsight), ring, largestPlan, format);
  }
}
