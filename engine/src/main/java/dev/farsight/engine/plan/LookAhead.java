package dev.farsight.engine.plan;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowIndex;
import dev.farsight.engine.cache.RowRequest;

/**
 * Knows, for the rows of the batches in the look-ahead, in which batch each is used next. Batches
 * {@linkplain #enter enter} in order; each {@linkplain #leave leaves} as it is planned.
 *
 * <p>When a row enters again, the batch that used it last learns of its next use; when it was not
 * in the look-ahead but is resident, the cache does. O(unique rows) a batch; memory is that of a
 * {@link RowIndex}: 4 bytes a row, or O(unique rows of the look-ahead) where rows are very many.
 * One thread at a time.
 */
public final class LookAhead {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  private final Residency residency;
  private final int maxUniqueRows;

  /**
   * The last use of each row in the look-ahead: entry * maxUniqueRows + position. Void where that
   * entry has another row there.
   */
  private final RowIndex lastUse;

  private final RowRequest[] entries;
  private final int[] blockUses = new int[BLOCK];
  private final int[] fresh;

  /**
   * @param rows of all tables
   * @param batches most batches in the look-ahead at once
   */
  public LookAhead(Residency residency, long rows, int batches, int maxUniqueRows) {
    this(
        residency,
        RowIndex.of(rows, entries(rows, batches, maxUniqueRows)),
        batches,
        maxUniqueRows);
  }

  LookAhead(Residency residency, RowIndex lastUse, int batches, int maxUniqueRows) {
    this.residency = residency;
    this.lastUse = lastUse;
    this.maxUniqueRows = maxUniqueRows;
    entries = new RowRequest[batches];
    fresh = new int[maxUniqueRows];
  }

  private static int entries(long rows, int batches, int maxUniqueRows) {
    long uses = (long) batches * maxUniqueRows;
    if (uses > Integer.MAX_VALUE) {
      throw new ConfigException(
          "farsight.lookahead.batches: %d batches of up to %d unique rows are more than 2^31"
              .formatted(batches, maxUniqueRows));
    }
    // As many as are probable; where there are more, it grows.
    return (int) Math.min(rows, maxUniqueRows);
  }

  /** Batch {@code batch} is now in the look-ahead. */
  public void enter(long batch, RowRequest request) {
    int entry = (int) (batch % entries.length);
    request.forgetNextUses();
    long[] rows = request.rows();
    int first = 0;
    for (int from = 0; from < request.count(); from += BLOCK) {
      int block = Math.min(BLOCK, request.count() - from);
      lastUse.get(rows, null, from, block, blockUses);
      for (int i = 0; i < block; i++) {
        int u = from + i;
        int last = blockUses[i];
        lastUse.set(rows[u], entry * maxUniqueRows + u);
        RowRequest earlier = last < 0 ? null : entries[last / maxUniqueRows];
        if (earlier != null && earlier.uses(rows[u], last % maxUniqueRows)) {
          earlier.nextUse(last % maxUniqueRows, batch);
        } else {
          fresh[first++] = u;
        }
      }
    }
    entries[entry] = request;
    residency.announce(batch, request, fresh, first);
  }

  /** Batch {@code batch} is being planned: its next uses are as good as they get. */
  public void leave(long batch) {
    int entry = (int) (batch % entries.length);
    RowRequest request = entries[entry];
    entries[entry] = null;
    if (lastUse.expires()) {
      long[] rows = request.rows();
      for (int u = 0; u < request.count(); u++) {
        lastUse.expire(rows[u], entry * maxUniqueRows + u);
      }
    }
  }
}
