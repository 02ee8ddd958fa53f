package dev.farsight.engine.plan;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowIndex;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;

/**
 * Knows, for the rows of the batches in the look-ahead, in which batch each is used next. Batches
 * {@linkplain #enter enter} in order; each {@linkplain #leave leaves} as it is planned.
 *
 * <p>When a row enters again, that is noted with the batch that used it last: one note after the
 * other, and only as that batch leaves are its notes put where its rows are, all of them while
 * these are in the processor's cache. When a row was not in the look-ahead but is resident, the
 * cache learns of the use at once. O(unique rows) a batch. Memory: that of a {@link RowIndex}, 8
 * bytes for each row noted, 4 a unique row; allocates nothing once lists of notes have grown. One
 * thread at a time.
 */
public final class LookAhead {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  /** Notes of a batch for a start. */
  private static final int FEW = 256;

  private final Residency residency;

  /**
   * The last use of each row in the look-ahead: the low bits of the batch's number above {@link
   * #positionBits} bits of the position in it. Values of batches that have left stay where the
   * index does not expire them.
   */
  private final RowIndex lastUse;

  private final int positionBits;
  private final int stampMask;

  // Of batch b at b modulo their length, which is a power of two: it is taken for every row.

  private final RowRequest[] entries;

  /** The next uses of a batch's rows: the later use, and under it, in 32 bits, the batch's own. */
  private final long[][] notes;

  private final int[] noted;

  /** The batch that leaves next; all from there to the one that enters are in the look-ahead. */
  private long oldest;

  private final int[] uses = new int[BLOCK];
  private final int[] known = new int[BLOCK + 1];
  private final int[] fresh;
  private int freshCount;

  /** Of the batch that left last, by position. */
  private final int[] batchesAhead;

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
    notes = new long[entries.length][FEW];
    noted = new int[entries.length];
    fresh = new int[maxUniqueRows + 1];
    batchesAhead = new int[maxUniqueRows];
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
    entries[entry(batch)] = request;
    noted[entry(batch)] = 0;
    freshCount = 0;
    long[] rows = request.rows();
    int stamp = ((int) batch & stampMask) << positionBits;
    for (int from = 0; from < request.count(); from += BLOCK) {
      int block = Math.min(BLOCK, request.count() - from);
      lastUse.get(rows, null, from, block, uses);
      int again = partition(batch, from, block);
      for (int k = 0; k < again; k++) {
        note(uses[known[k]], stamp | (from + known[k]));
      }
      for (int u = from; u < from + block; u++) {
        lastUse.set(rows[u], stamp | u);
      }
    }
    residency.announce(batch, request, fresh, freshCount);
  }

  /**
   * Tells rows that batches in the look-ahead use from others: without a branch, because there are
   * as many of both, and without a look at those batches, which would be waited for.
   *
   * @return how many rows of the block are used, unless their batches say otherwise
   */
  private int partition(long batch, int from, int block) {
    int before = (int) (batch - 1) & stampMask;
    int earlier = (int) (batch - oldest);
    int again = 0;
    int others = freshCount;
    for (int i = 0; i < block; i++) {
      int between = (before - (uses[i] >>> positionBits)) & stampMask;
      known[again] = i;
      fresh[others] = from + i;
      int isAgain = (between - earlier) >>> 31;
      again += isAgain;
      others += 1 - isAgain;
    }
    freshCount = others;
    return again;
  }

  private void note(int use, int next) {
    int entry = entry(use >>> positionBits);
    int count = noted[entry]++;
    if (count == notes[entry].length) {
      notes[entry] = Arrays.copyOf(notes[entry], 2 * count);
    }
    notes[entry][count] = ((long) next << 32) | (use & 0xFFFFFFFFL);
  }

  private int entry(long batch) {
    return (int) batch & (entries.length - 1);
  }

  /** Batch {@code batch} is being planned: its next uses are as good as they get. */
  public void leave(long batch) {
    RowRequest request = entries[entry(batch)];
    Arrays.fill(batchesAhead, 0, request.count(), 0);
    request.nextUses(batch, batchesAhead);
    resolve(batch, request);
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

  /**
   * Puts a batch's notes where its rows are. Some may be of other rows, which a batch long gone
   * used, whose number had the same low bits: their use is news to the cache.
   */
  private void resolve(long batch, RowRequest request) {
    long[] rows = request.rows();
    int now = (int) batch & stampMask;
    int positions = (1 << positionBits) - 1;
    long[] found = notes[entry(batch)];
    int count = noted[entry(batch)];
    int after = 0;
    freshCount = 0;
    for (int i = 0; i < count; i++) {
      int next = (int) (found[i] >>> 32);
      int ahead = ((next >>> positionBits) - now) & stampMask;
      if (ahead != after) {
        announceLate(batch + after);
        after = ahead;
      }
      int here = (int) found[i] & positions;
      int there = next & positions;
      if (here < request.count() && rows[here] == entries[entry(batch + ahead)].rows()[there]) {
        batchesAhead[here] = ahead;
      } else {
        fresh[freshCount++] = there;
      }
    }
    announceLate(batch + after);
  }

  private void announceLate(long batch) {
    if (freshCount > 0) {
      residency.announce(batch, entries[entry(batch)], fresh, freshCount);
      freshCount = 0;
    }
  }
}
