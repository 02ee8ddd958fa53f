package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Scores of rows that leave, as notes that the engine keeps beside its index: to a quarter of an
 * octave (19 % of a count), as far below now as the note reaches. What is older than that when the
 * row leaves is not noted; what grows older while the row is away may be mistaken for newer.
 */
final class ScoreNotes implements EvictedScores {

  /** The least of the largest notes with which it makes sense: 64 octaves. */
  static final int LEAST = (1 << 8) - 1;

  private static final int SHIFT = Scores.POINT - 2;

  /** So far above now, in steps, a score can be: a count stops growing at 20 octaves. */
  private static final int AHEAD = 21 << 2;

  private final int mask;

  /**
   * @param maxNote the largest note, at least {@link #LEAST}
   */
  ScoreNotes(int maxNote) {
    mask = Integer.highestOneBit(maxNote + 1) - 1;
  }

  @Override
  public void put(SlotBatch rows, int from, int count, long[] scores, long now) {
    for (int i = 0; i < count; i++) {
      rows.notes()[from + i] = note(scores[i], now);
    }
  }

  @Override
  public void take(SlotBatch rows, int from, int count, long[] scores, long now) {
    for (int i = 0; i < count; i++) {
      scores[i] = score(rows.notes()[from + i], now);
    }
  }

  /** The note of a score; 0 if there is none to keep. */
  int note(long score, long now) {
    long step = score >> SHIFT;
    int note = Math.max(1, (int) step & mask);
    return step - (now >> SHIFT) + mask - AHEAD > 0 ? note : 0;
  }

  /** The score of a note; {@link Scores#NONE} of 0. */
  long score(int note, long now) {
    long latest = (now >> SHIFT) + AHEAD;
    long step = latest - (((int) latest - note) & mask);
    long score = (step << SHIFT) + (1L << (SHIFT - 1));
    return note == 0 ? Scores.NONE : score;
  }

  @Override
  public void reset() {
    // The engine has the notes.
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(0);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != 0) {
      throw new FarsightException(
          "saved with counts of " + saved + " evicted rows, not with notes");
    }
  }
}
