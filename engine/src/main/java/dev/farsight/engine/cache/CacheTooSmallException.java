package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/** One batch has more unique rows than there are slots for them. Nothing has changed. */
public final class CacheTooSmallException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final long slotsNeeded;

  /**
   * @param key the setting to change
   * @param slotsNeeded the least value of that setting, in slots
   */
  CacheTooSmallException(
      long batch, String region, int uniqueRows, int slots, String key, long slotsNeeded) {
    super(
        String.format(
            Locale.ROOT,
            "batch %d has %d unique rows for %s, which has %d slots; set %s to at least \"%d rows\" or make data.batch-size smaller",
            batch,
            uniqueRows,
            region,
            slots,
            key,
            slotsNeeded));
    this.slotsNeeded = slotsNeeded;
  }

  /** The slots that this batch needs: of the whole cache, or of a table. */
  public long slotsNeeded() {
    return slotsNeeded;
  }
}
