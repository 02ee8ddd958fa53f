package dev.farsight.engine.cache;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/** One batch has more unique rows than there are slots for them. Nothing has changed. */
public final class CacheTooSmallException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final String problem;
  private final long slotsNeeded;

  /**
   * @param key the setting to change
   * @param slotsNeeded the least value of that setting, in slots
   */
  CacheTooSmallException(String region, int uniqueRows, int slots, String key, long slotsNeeded) {
    this(
        "a batch",
        String.format(
            Locale.ROOT,
            "has %d unique rows for %s, which has %d slots; set %s to at least \"%d rows\" or make data.batch-size smaller",
            uniqueRows,
            region,
            slots,
            key,
            slotsNeeded),
        slotsNeeded,
        null);
  }

  private CacheTooSmallException(String batch, String problem, long slotsNeeded, Throwable cause) {
    super(batch + " " + problem, cause);
    this.problem = problem;
    this.slotsNeeded = slotsNeeded;
  }

  /**
   * The same with the batch's name. The cache does not know the run's steps, so it names none.
   *
   * @param batch such as "the batch of step 7"
   */
  public CacheTooSmallException in(String batch) {
    return new CacheTooSmallException(batch, problem, slotsNeeded, this);
  }

  /** The slots that this batch needs: of the whole cache, or of a table. */
  public long slotsNeeded() {
    return slotsNeeded;
  }
}
