package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.table.InitialRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Scores of rows that were evicted, in bounded memory: a table of sets of {@value #WAYS} entries. A
 * row belongs to one set; a full set forgets its lowest score. 4 bytes an entry, O(1) a row.
 *
 * <p>Lossy on purpose, for it only guides a ranking. Rows are told apart by 16 bits of a hash: one
 * unknown row in about 8,000 is taken for another. Scores are kept to their class, 2^16 classes
 * around now: what is older than 2,000 half-lives may be mistaken for newer.
 */
final class Ghosts {

  static final int WAYS = 8;

  /** Most rows that it can be made for. */
  static final long MAX = 1L << 30;

  // Ranks below those of all classes.
  private static final int EMPTY = Short.MIN_VALUE - 1;
  private static final int OWN = EMPTY - 1;

  /*
   * entry:  | 16 bits of the row's hash, never 0 | 16 low bits of its class |      0: empty
   */
  private final int[] entries;
  private final int sets;

  /** Never read; written so that the compiler keeps the reads of {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  /**
   * @param rows how many scores to keep, rounded up to whole sets; 0 for none
   */
  Ghosts(long rows) {
    sets = (int) ((rows + WAYS - 1) / WAYS);
    entries = new int[sets * WAYS];
  }

  /**
   * Reads the sets of some rows, so that their memory comes into the processor's cache: all at
   * once, where {@link #put} and {@link #take} would wait for one after the other. Without effect
   * on what is kept.
   */
  void touch(long[] rows, int from, int to) {
    if (sets == 0) {
      return;
    }
    int sum = 0;
    for (int i = from; i < to; i++) {
      int set = set(InitialRows.mix64(rows[i]));
      sum += entries[set] + entries[set + WAYS - 1];
    }
    touched = sum;
  }

  /** Keeps a row's score. */
  void put(long row, long score, long now) {
    if (sets == 0 || score == Scores.NONE) {
      return;
    }
    long hash = InitialRows.mix64(row);
    int from = set(hash);
    int mark = mark(hash);
    // The lowest of (class, way) packed in one number: a minimum, because a branch on the data
    // would be mispredicted every other time. The row's own entry and empty ones come first.
    int least = Integer.MAX_VALUE;
    for (int way = 0; way < WAYS; way++) {
      int entry = entries[from + way];
      int rank = entry == 0 ? EMPTY : distance(entry, now);
      rank = (entry ^ mark) >>> 16 == 0 ? OWN : rank;
      least = Math.min(least, rank * WAYS + way);
    }
    int worst = from + (least & (WAYS - 1));
    entries[worst] = mark | ((int) (score >> ScoreClasses.SHIFT) & 0xFFFF);
  }

  /** Takes a row's score out, or {@link Scores#NONE} if it is not known. */
  long take(long row, long now) {
    if (sets == 0) {
      return Scores.NONE;
    }
    long hash = InitialRows.mix64(row);
    int from = set(hash);
    int mark = mark(hash);
    int found = -1;
    for (int way = 0; way < WAYS; way++) {
      found = (entries[from + way] ^ mark) >>> 16 == 0 ? from + way : found;
    }
    if (found < 0) {
      return Scores.NONE;
    }
    long number = (now >> ScoreClasses.SHIFT) + distance(entries[found], now);
    entries[found] = 0;
    return (number << ScoreClasses.SHIFT) + (1L << (ScoreClasses.SHIFT - 1));
  }

  /** Classes from now to an entry's. */
  private static int distance(int entry, long now) {
    return (short) (entry - (int) (now >> ScoreClasses.SHIFT));
  }

  private int set(long hash) {
    return (int) (((hash >>> 32) * sets) >>> 32) * WAYS;
  }

  private static int mark(long hash) {
    int mark = (int) hash & 0xFFFF0000;
    return mark == 0 ? 0x10000 : mark;
  }

  void reset() {
    Arrays.fill(entries, 0);
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(entries.length);
    for (int entry : entries) {
      out.writeInt(entry);
    }
  }

  void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != entries.length) {
      throw new FarsightException(
          "saved with counts of " + saved + " evicted rows, not " + entries.length);
    }
    for (int i = 0; i < entries.length; i++) {
      entries[i] = in.readInt();
    }
  }
}
