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
 * cache learns of the use at once. O(unique rows) a batch. Memory: that of a {@link RowIndex}, 12
 * bytes for each row noted, 4 a unique row; allocates nothing once lists of notes have grown. One
 * thread at a time.
 */
public final class LookAhead {

  /** Rows looked up at a time; their entries in the index fit the fastest cache. */
  private static final int BLOCK = 256;

  /** Notes of a batch for a start. */
  private static final int FEW = 16;

  private final Residency residency;

  /**
   * The last use of each row in the look-ahead: the low bits of the batch's number above {@link
   * #positionBits} bits of the position in it. Values of batches that have left stay where the
   * index does not expire them.
   */
  private final RowIndex lastUse;

  private final int positionBits;
  private final int positions;
  private final int stampMask;

  // Of batch b at b modulo their length, which is a power of two: it is taken for every row.

  private final RowRequest[] entries;

  private final Notes[] notes;

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
    positions = (1 << positionBits) - 1;
    stampMask = (1 << (Integer.SIZE - 1 - positionBits)) - 1;
    if (batches > stampMask) {
      throw new ConfigException(
          "farsight.lookahead.batches: at most %d batches of up to %d unique rows"
              .formatted(stampMask, maxUniqueRows));
    }
    entries = new RowRequest[powerOfTwo(batches)];
    notes = new Notes[entries.length];
    Arrays.setAll(notes, i -> new Notes());
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
    notes[entry(batch)].count = 0;
    freshCount = 0;
    long[] rows = request.rows();
    int stamp = ((int) batch & stampMask) << positionBits;
    for (int from = 0; from < request.count(); from += BLOCK) {
      int block = Math.min(BLOCK, request.count() - from);
      lastUse.get(rows, null, from, block, uses);
      int again = partition(batch, from, block);
      for (int k = 0; k < again; k++) {
        int u = from + known[k];
        note(uses[known[k]], batch, u, rows[u]);
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

  private void note(int use, long batch, int next, long row) {
    int stamp = use >>> positionBits;
    int ahead = ((int) batch - stamp) & stampMask;
    notes[entry(stamp)].add(use & positions, ahead, row, next);
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
    Notes found = notes[entry(batch)];
    long[] rows = request.rows();
    int after = 0;
    freshCount = 0;
    for (int i = 0; i < found.count; i++) {
      int use = (int) found.uses[i];
      int ahead = use >>> positionBits;
      int here = use & positions;
      if (here < request.count() && (int) rows[here] == (int) (found.uses[i] >>> 32)) {
        batchesAhead[here] = ahead;
      } else {
        if (ahead != after) {
          announceLate(batch + after);
          after = ahead;
        }
        fresh[freshCount++] = found.next[i];
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

  /** The next uses of a batch's rows, in the order in which they were found. */
  private final class Notes {

    /**
     * The low 32 bits of the row, and under them how many batches later it is used above {@link
     * #positionBits} bits of its position.
     */
    long[] uses = new long[FEW];

    /** Positions in the batches that use the rows next. */
    int[] next = new int[FEW];

    int count;

    void add(int position, int ahead, long row, int next) {
      if (count == uses.length) {
        uses = Arrays.copyOf(uses, 2 * count);
        this.next = Arrays.copyOf(this.next, 2 * count);
      }
      uses[count] = (row << 32) | (ahead << positionBits) | position;
      this.next[count++] = next;
    }
  }
}
