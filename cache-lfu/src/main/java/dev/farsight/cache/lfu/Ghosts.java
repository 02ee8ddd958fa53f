package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.table.InitialRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Scores of rows that were evicted, in bounded memory: a table of sets of {@value #WAYS} entries. A
 * row belongs to one set; a full set forgets its lowest score. 4 bytes an entry, O(1) a row.
 *
 * <p>For rows of which the engine keeps no notes; {@link ScoreNotes} are for the others. Lossy on
 * purpose, for it only guides a ranking. Rows are told apart by 16 bits of a hash: one unknown row
 * in about 16,000 is taken for another. Scores are kept to their class, 2^16 classes around now:
 * what is older than 2,000 half-lives may be mistaken for newer.
 */
final class Ghosts implements EvictedScores {

  static final int WAYS = 4;

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

  /** Of the rows of the call under way: where their sets begin, and their marks. */
  private final int[] homes = new int[BLOCK];

  private final int[] marks = new int[BLOCK];

  /** Never read; written so that the compiler keeps the reads of {@link #look}. */
  @SuppressWarnings("unused")
  private int touched;

  /**
   * @param rows how many scores to keep, rounded up to whole sets; 0 for none
   */
  Ghosts(long rows) {
    sets = (int) ((rows + WAYS - 1) / WAYS);
    entries = new int[sets * WAYS];
  }

  @Override
  public void put(SlotBatch rows, int from, int count, long[] scores, long now) {
    if (sets == 0) {
      return;
    }
    look(rows.rows(), from, count);
    for (int i = 0; i < count; i++) {
      if (scores[i] != Scores.NONE) {
        put(homes[i], marks[i], scores[i], now);
      }
    }
  }

  @Override
  public void take(SlotBatch rows, int from, int count, long[] scores, long now) {
    if (sets == 0) {
      Arrays.fill(scores, 0, count, Scores.NONE);
      return;
    }
    look(rows.rows(), from, count);
    for (int i = 0; i < count; i++) {
      scores[i] = take(homes[i], marks[i], now);
    }
  }

  /**
   * Finds the sets of some rows and reads them, so that their memory comes into the processor's
   * cache all at once, where one after the other would be waited for.
   */
  private void look(long[] rows, int from, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      long hash = InitialRows.mix64(rows[from + i]);
      int home = set(hash);
      homes[i] = home;
      marks[i] = mark(hash);
      sum += entries[home];
    }
    touched = sum;
  }

  private void put(int home, int mark, long score, long now) {
    // The lowest of (class, way) packed in one number: a minimum, because a branch on the data
    // would be mispredicted every other time. The row's own entry and empty ones come first.
    int least = Integer.MAX_VALUE;
    for (int way = 0; way < WAYS; way++) {
      int entry = entries[home + way];
      int rank = entry == 0 ? EMPTY : distance(entry, now);
      rank = (entry ^ mark) >>> 16 == 0 ? OWN : rank;
      least = Math.min(least, rank * WAYS + way);
    }
    int worst = home + (least & (WAYS - 1));
    entries[worst] = mark | ((int) (score >> ScoreClasses.SHIFT) & 0xFFFF);
  }

  private long take(int home, int mark, long now) {
    // Half of the rows are known: chosen by a mask, all ones for those, because a branch would be
    // mispredicted every other time.
    int own = 0;
    int known = 0;
    for (int way = 0; way < WAYS; way++) {
      boolean same = (entries[home + way] ^ mark) >>> 16 == 0;
      own = same ? way : own;
      known = same ? -1 : known;
    }
    int entry = entries[home + own];
    entries[home + own] = entry & ~known;
    long number = (now >> ScoreClasses.SHIFT) + distance(entry, now);
    long score = (number << ScoreClasses.SHIFT) + (1L << (ScoreClasses.SHIFT - 1));
    return Scores.NONE + ((score - Scores.NONE) & known);
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

  @Override
  public void reset() {
    Arrays.fill(entries, 0);
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(entries.length);
    for (int entry : entries) {
      out.writeInt(entry);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
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
