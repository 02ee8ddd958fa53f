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
 * {@link RowIndex}. One thread at a time.
 */
public final class LookAhead {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  private final Residency residency;

  /**
   * The last use of each row in the look-ahead: the low bits of the batch's number above {@link
   * #positionBits} bits of the position in it. Values of batches that have left stay where the
   * index does not expire them.
   */
  private final RowIndex lastUse;

  private final int positionBits;
  private final int stampMask;

  /** Of batch b at b modulo length, which is a power of two: it is taken for every row. */
  private final RowRequest[] entries;

  /** The batch that leaves next; all from there to the one that enters are in the look-ahead. */
  private long oldest;

  private final int[] uses = new int[BLOCK];
  private final int[] known = new int[BLOCK + 1];
  private final int[] fresh;
  private int freshCount;

  /**
   * @param lastUse of all rows; see {@link dev.farsight.engine.cache.RowIndexes}
   * @param batches most batches in the look-ahead at once
   */
  public LookAhead(Residency residency, RowIndex lastUse, int batches, int maxUniqueRows) {
    this.residency = residency;
    this.lastUse = lastUse;
    positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(maxUniqueRows);
    stampMask = (1 << (Integer.SIZE - 1 - positionBits)) - 1;
    if (batches > stampMask) {
      throw new ConfigException(
          "farsight.lookahead.batches: at most %d batches of up to %d unique rows"
              .formatted(stampMask, maxUniqueRows));
    }
    entries = new RowRequest[powerOfTwo(batches)];
    fresh = new int[maxUniqueRows + 1];
  }

  /** The least one that is not less. */
  private static int powerOfTwo(int least) {
    return least == 1 ? 1 : 2 * Integer.highestOneBit(least - 1);
  }

  /** Batch {@code batch} is now in the look-ahead. */
  public void enter(long batch, RowRequest request) {
    if (entries[entry(batch - 1)] == null) {
      oldest = batch;
    }
    request.keepNextUses(batch);
    freshCount = 0;
    long[] rows = request.rows();
    int stamp = ((int) batch & stampMask) << positionBits;
    for (int from = 0; from < request.count(); from += BLOCK) {
      int block = Math.min(BLOCK, request.count() - from);
      lastUse.get(rows, null, from, block, uses);
      int again = partition(batch, from, block);
      for (int k = 0; k < again; k++) {
        meetAgain(batch, rows[from + known[k]], from + known[k], uses[known[k]]);
      }
      request.forgetNextUses(from, from + block);
      for (int u = from; u < from + block; u++) {
        lastUse.set(rows[u], stamp | u);
      }
    }
    entries[entry(batch)] = request;
    residency.announce(batch, request, fresh, freshCount);
  }

  /**
   * Tells rows that batches in the look-ahead use from others: without a branch, because there are
   * as many of both, and without a look at those batches, which would be waited for.
   *
   * @return how many rows of the block are used, unless their batches say otherwise
   */
  private int partition(long batch, int from, int block) {
    int now = (int) batch & stampMask;
    int farthest = (int) (batch - oldest);
    int again = 0;
    int others = freshCount;
    for (int i = 0; i < block; i++) {
      int back = (now - (uses[i] >>> positionBits)) & stampMask;
      known[again] = i;
      fresh[others] = from + i;
      int isFresh = (farthest - back) >>> 31;
      again += 1 - isFresh;
      others += isFresh;
    }
    freshCount = others;
    return again;
  }

  private void meetAgain(long batch, long row, int position, int use) {
    int back = ((int) batch - (use >>> positionBits)) & stampMask;
    RowRequest earlier = back == 0 ? null : entries[entry(batch - back)];
    int there = use & ((1 << positionBits) - 1);
    if (earlier == null || !earlier.nextUse(row, there, batch)) {
      // Used by a batch long gone, whose number has the same low bits.
      fresh[freshCount++] = position;
    }
  }

  private int entry(long batch) {
    return (int) batch & (entries.length - 1);
  }

  /** Batch {@code batch} is being planned: its next uses are as good as they get. */
  public void leave(long batch) {
    RowRequest request = entries[entry(batch)];
    entries[entry(batch)] = null;
    oldest = batch + 1;
    if (lastUse.expires()) {
      int stamp = ((int) batch & stampMask) << positionBits;
      long[] rows = request.rows();
      for (int u = 0; u < request.count(); u++) {
        lastUse.expire(rows[u], stamp | u);
      }
    }
  }
}
