package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;

/** One batch alone has more unique rows than there are slots for them. Nothing was changed. */
public final class CacheTooSmallException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final long slotsNeeded;

  CacheTooSmallException(long batch, String region, int uniqueRows, int slots, long slotsNeeded) {
    super(
        "batch %d has %d unique rows but %s has %d slots; set cache.size to at least \"%d rows\" or make data.batch-size smaller"
            .formatted(batch, uniqueRows, region, slots, slotsNeeded));
    this.slotsNeeded = slotsNeeded;
  }

  /** Slots of the whole cache with which this batch would have fitted. */
  public long slotsNeeded() {
    return slotsNeeded;
  }
}
