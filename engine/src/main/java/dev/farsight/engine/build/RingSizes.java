package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import dev.farsight.engine.settings.EngineSettings;
import java.util.Locale;

/** How many rows the rings have. */
public final class RingSizes {

  /** How many usual plans have as many rows as the largest possible plan. */
  private static final int PLANS_IN_LARGEST = 6;

  private RingSizes() {}

  /**
   * Rows of a ring: those configured, which must be enough for the largest possible plan.
   *
   * <p>Without a setting, the ring has room for the plans whose stretches are held, and for one
   * more, because a stretch that would cross the ring's end leaves room unused. The in-ring holds
   * the plans in use. The out-ring also holds plans that can still be forwarded from. Each plan
   * counts as a sixth of the largest possible plan: a batch of Zipf 1.05 over Kaggle's tables loads
   * 15 % of it into a cache of 1 %. Plans that load more, while the cache fills, wait for each
   * other.
   *
   * @param ring {@code in} or {@code out}
   * @param largestPlan rows that the largest possible plan loads
   */
  public static int rows(EngineSettings settings, String ring, int largestPlan, RowFormat format) {
    Settings rings = settings.farsight().section("rings");
    long maxRows = RowBuffer.MAX_ROWS;
    if (largestPlan > maxRows) {
      throw settings
          .farsight()
          .section("data")
          .bad(
              "batch-size",
              String.format(
                  Locale.ROOT,
                  "is too large: a batch can need %d rows that are not in the cache, and a ring has at most %d; make data.batch-size or cache.size smaller",
                  largestPlan,
                  maxRows));
    }
    if (!rings.has(ring)) {
      int heldPlans =
          ring.equals("out")
              ? settings.forwardWindow() + settings.planned()
              : settings.plansInUse();
      long usual = (heldPlans + 1L) * largestPlan / PLANS_IN_LARGEST;
      return (int) Math.min(maxRows, Math.max(largestPlan, usual));
    }
    long rows = rings.bytes(ring) / format.bytes();
    if (rows < largestPlan || rows > maxRows) {
      throw rings.bad(
          ring,
          String.format(
              Locale.ROOT,
              "is not from \"%d B\" to \"%d B\": a batch can need %d rows of %d bytes, and a ring has at most %d rows",
              (long) largestPlan * format.bytes(),
              maxRows * format.bytes(),
              largestPlan,
              format.bytes(),
              maxRows));
    }
    return (int) rows;
  }
}
