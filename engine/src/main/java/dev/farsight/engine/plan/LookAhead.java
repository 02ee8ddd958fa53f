package dev.farsight.engine.plan;

import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowMap;
import dev.farsight.engine.cache.RowRequest;

/**
 * Knows, for the rows of the batches in the look-ahead, in which batch each is used next. Batches
 * {@linkplain #enter enter} in order; each {@linkplain #leave leaves} as it is planned.
 *
 * <p>When a row enters again, the batch that used it last learns of its next use; when it was not
 * in the look-ahead but is resident, the cache does. O(unique rows) a batch; memory is O(unique
 * rows of the look-ahead). One thread at a time.
 */
public final class LookAhead {

  private final Residency residency;
  private final int maxUniqueRows;

  /** The last use of each row in the look-ahead: entry * maxUniqueRows + position. */
  private final RowMap lastUse;

  private final RowRequest[] entries;
  private final int[] fresh;

  /**
   * @param batches most batches in the look-ahead at once
   */
  public LookAhead(Residency residency, int batches, int maxUniqueRows) {
    this.residency = residency;
    this.maxUniqueRows = maxUniqueRows;
    if ((long) batches * maxUniqueRows > Integer.MAX_VALUE) {
      throw new dev.farsight.api.config.ConfigException(
          "farsight.lookahead.batches: %d batches of up to %d unique rows are more than 2^31"
              .formatted(batches, maxUniqueRows));
    }
    entries = new RowRequest[batches];
    lastUse = new RowMap(maxUniqueRows);
    fresh = new int[maxUniqueRows];
  }

  /** Batch {@code batch} is now in the look-ahead. */
  public void enter(long batch, RowRequest request) {
    int entry = (int) (batch % entries.length);
    entries[entry] = request;
    long[] rows = request.rows();
    int first = 0;
    for (int u = 0; u < request.count(); u++) {
      int last = lastUse.put(rows[u], entry * maxUniqueRows + u);
      if (last == RowMap.ABSENT) {
        fresh[first++] = u;
      } else {
        entries[last / maxUniqueRows].nextUse()[last % maxUniqueRows] = batch;
      }
    }
    residency.announce(batch, request, fresh, first);
  }

  /** Batch {@code batch} is being planned: its next uses are as good as they get. */
  public void leave(long batch) {
    int entry = (int) (batch % entries.length);
    RowRequest request = entries[entry];
    long[] rows = request.rows();
    for (int u = 0; u < request.count(); u++) {
      lastUse.remove(rows[u], entry * maxUniqueRows + u);
    }
    entries[entry] = null;
  }
}
