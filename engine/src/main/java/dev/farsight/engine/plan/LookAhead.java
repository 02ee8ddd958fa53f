package dev.farsight.engine.plan;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.cache.Residency;
import dev.farsight.engine.cache.RowIndex;
import dev.farsight.engine.cache.RowRequest;
import java.util.Arrays;
import java.util.Locale;

/**
 * Knows the next use of each row of the batches in the look-ahead. Batches {@linkplain #enter
 * enter} in order; each {@linkplain #leave leaves} when it is planned.
 *
 * <p>If a batch uses a row that an earlier batch in the look-ahead uses, a note is appended to the
 * notes of the last such batch. When that batch leaves, its notes are written to its next uses, all
 * at once, while that memory is in the processor's cache. If no batch in the look-ahead uses the
 * row but the row is resident, the cache is told of the use at once.
 *
 * <p>O(unique rows) a batch. Memory: that of a {@link RowIndex}, 12 bytes for each note, 4 bytes
 * for each unique row. Allocates nothing once the lists of notes have grown. One thread at a time.
 */
public final class LookAhead {

  /** Rows looked up at a time; their index entries fit the fastest cache. */
  private static final int BLOCK = 256;

  /** Initial capacity for the notes of a batch. */
  private static final int FEW = 16;

  private final Residency residency;

  /**
   * The last use of each row in the look-ahead: the low bits of the batch's number, above {@link
   * #positionBits} bits of the request position. Values of batches that have left the look-ahead
   * remain, unless the index expires them.
   */
  private final RowIndex lastUse;

  private final int positionBits;
  private final int positionMask;
  private final int stampMask;

  // Batch b is at b modulo the length, which is a power of two, because it is taken for each row.

  private final RowRequest[] entries;

  private final Notes[] notes;

  /**
   * The batch that leaves next. It and all batches up to the last entered are in the look-ahead.
   */
  private long oldest;

  private final int[] uses = new int[BLOCK];
  private final int[] knownOffsets = new int[BLOCK + 1];

  /** Request positions of rows whose use is to be announced; one entry more than rows. */
  private final int[] newPositions;

  private int newCount;

  /** Next uses of the batch that left last, by request position; see {@link RowRequest}. */
  private final int[] batchesAhead;

  /**
   * @param lastUse index of all rows; see {@link dev.farsight.engine.cache.RowIndexes}
   * @param batches most batches in the look-ahead at once
   */
  public LookAhead(Residency residency, RowIndex lastUse, int batches, int maxUniqueRows) {
    this.residency = residency;
    this.lastUse = lastUse;
    positionBits = Integer.SIZE - Integer.numberOfLeadingZeros(maxUniqueRows);
    positionMask = (1 << positionBits) - 1;
    stampMask = (1 << (Integer.SIZE - 1 - positionBits)) - 1;
    if (batches > stampMask) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "farsight.lookahead.batches: at most %d batches of up to %d unique rows",
              stampMask,
              maxUniqueRows));
    }
    entries = new RowRequest[powerOfTwo(batches)];
    notes = new Notes[entries.length];
    Arrays.setAll(notes, i -> new Notes());
    newPositions = new int[maxUniqueRows + 1];
    batchesAhead = new int[maxUniqueRows];
  }

  /** The least power of two that is not less. */
  private static int powerOfTwo(int least) {
    return least == 1 ? 1 : 2 * Integer.highestOneBit(least - 1);
  }

  /** Batch {@code batch} enters the look-ahead. */
  public void enter(long batch, RowRequest request) {
    if (entries[entry(batch - 1)] == null) {
      oldest = batch;
    }
    entries[entry(batch)] = request;
    notes[entry(batch)].count = 0;
    newCount = 0;
    long[] rows = request.rows();
    int stamp = ((int) batch & stampMask) << positionBits;
    for (int from = 0; from < request.count(); from += BLOCK) {
      int block = Math.min(BLOCK, request.count() - from);
      lastUse.get(rows, null, from, block, uses);
      int knownRows = partition(batch, from, block);
      for (int k = 0; k < knownRows; k++) {
        int u = from + knownOffsets[k];
        note(uses[knownOffsets[k]], batch, u, rows[u]);
      }
      for (int u = from; u < from + block; u++) {
        lastUse.set(rows[u], stamp | u);
      }
    }
    residency.announce(batch, request, newPositions, newCount);
  }

  /**
   * Separates the rows that batches in the look-ahead use from other rows. There are about as many
   * of each, so this loop has no branch. It does not read the batches' requests, because that would
   * wait for memory.
   *
   * @return how many rows of the block are used; {@link #resolve} corrects errors
   */
  private int partition(long batch, int from, int block) {
    int before = (int) (batch - 1) & stampMask;
    int inLookAhead = (int) (batch - oldest);
    int known = 0;
    int others = newCount;
    for (int i = 0; i < block; i++) {
      int batchesBetween = (before - (uses[i] >>> positionBits)) & stampMask;
      knownOffsets[known] = i;
      newPositions[others] = from + i;
      int isKnown = (batchesBetween - inLookAhead) >>> 31;
      known += isKnown;
      others += 1 - isKnown;
    }
    newCount = others;
    return known;
  }

  private void note(int use, long batch, int next, long row) {
    int stamp = use >>> positionBits;
    int ahead = ((int) batch - stamp) & stampMask;
    notes[entry(stamp)].add(use & positionMask, ahead, row, next);
  }

  private int entry(long batch) {
    return (int) batch & (entries.length - 1);
  }

  /** Batch {@code batch} is planned now: sets the next uses in its request. */
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
   * Writes a batch's notes to its next uses. A note may be on another row: one that an earlier
   * batch used, whose number has the same low bits. Then the use is announced to the cache.
   */
  private void resolve(long batch, RowRequest request) {
    Notes batchNotes = notes[entry(batch)];
    long[] rows = request.rows();
    int announcedAhead = 0;
    newCount = 0;
    for (int i = 0; i < batchNotes.count; i++) {
      int use = (int) batchNotes.uses[i];
      int ahead = use >>> positionBits;
      int position = use & positionMask;
      if (position < request.count() && (int) rows[position] == (int) (batchNotes.uses[i] >>> 32)) {
        batchesAhead[position] = ahead;
      } else {
        if (ahead != announcedAhead) {
          announceLate(batch + announcedAhead);
          announcedAhead = ahead;
        }
        newPositions[newCount++] = batchNotes.next[i];
      }
    }
    announceLate(batch + announcedAhead);
  }

  private void announceLate(long batch) {
    if (newCount > 0) {
      residency.announce(batch, entries[entry(batch)], newPositions, newCount);
      newCount = 0;
    }
  }

  /** Notes on the next uses of a batch's rows, in the order of entry. */
  private final class Notes {

    /**
     * From the high bits: the low 32 bits of the row; how many batches later it is used; {@link
     * #positionBits} bits of its request position.
     */
    long[] uses = new long[FEW];

    /** Request positions in the batches that use the rows next. */
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

  /**
   * Bytes on the heap, without the index of last uses, if every row of a batch is used again within
   * the look-ahead. Notes double as they grow, so less is needed if few rows are.
   */
  public static long heapBytes(int batches, int maxUniqueRows) {
    long notes = (long) powerOfTwo(Math.max(FEW, maxUniqueRows));
    return (long) batches * notes * (Long.BYTES + Integer.BYTES)
        + 2L * maxUniqueRows * Integer.BYTES;
  }
}
