package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How often each resident row was looked up in training, with lookups that weigh less as they age
 * and counts that survive eviction: {@link Scores} by slot, {@link EvictedScores} of rows that
 * left, and a half-life that is given or found by a {@link HalfLifeTuner}. What policies that rank
 * by frequency share.
 *
 * <p>O(1) a row; 8 bytes a slot; allocates nothing after construction.
 */
final class AgedCounts {

  /** Shortest half-life, in rows. */
  static final long MIN_HALF_LIFE = 16;

  /** Rows that {@link #admit} takes at a time. */
  static final int BLOCK = EvictedScores.BLOCK;

  private static final long ABSENT = Long.MIN_VALUE;

  private final String policy;
  private final long[] score;
  private final Scores scores;
  private final EvictedScores away;
  private final HalfLifeTuner tuner;
  private final long[] known = new long[BLOCK];

  /** With a half-life that stays. */
  AgedCounts(String policy, int slots, long halfLife, EvictedScores away) {
    this(policy, slots, halfLife, away, null);
  }

  /**
   * @param policy whose counts these are, for messages
   * @param halfLife rows planned until a lookup weighs half
   * @param away keeps the scores of rows that left
   * @param tuner chooses the half-life from then on, or null
   */
  AgedCounts(String policy, int slots, long halfLife, EvictedScores away, HalfLifeTuner tuner) {
    this.policy = policy;
    this.score = new long[slots];
    this.scores = new Scores(halfLife);
    this.away = away;
    this.tuner = tuner;
    reset();
  }

  int slots() {
    return score.length;
  }

  long score(int slot) {
    return score[slot];
  }

  boolean resident(int slot) {
    return score[slot] != ABSENT;
  }

  /** The time, as the score of a single lookup now. */
  long now() {
    return scores.now();
  }

  /** Counts the lookups of resident rows. */
  void hit(SlotBatch rows) {
    int[] slots = rows.slots();
    int[] lookups = rows.occurrences();
    int counted = 0;
    for (int from = 0; from < rows.count(); from += BLOCK) {
      int block = Math.min(BLOCK, rows.count() - from);
      // First of all and nothing else, so that they are fetched side by side.
      for (int i = 0; i < block; i++) {
        known[i] = score[slots[from + i]];
      }
      for (int i = 0; i < block; i++) {
        if (lookups[from + i] > 0) {
          score[slots[from + i]] = scores.plus(known[i], lookups[from + i]);
          counted++;
        }
      }
    }
    pass(rows, counted);
  }

  /**
   * Takes in some of the rows that came, with what is still known of them, and counts their
   * lookups; {@link #admitted} follows once all are in.
   *
   * @param count at most {@link #BLOCK}
   */
  void admit(SlotBatch rows, int from, int count) {
    int[] slots = rows.slots();
    int[] lookups = rows.occurrences();
    away.take(rows, from, count, known, scores.now());
    for (int i = 0; i < count; i++) {
      int looked = lookups[from + i];
      score[slots[from + i]] = looked > 0 ? scores.plus(known[i], looked) : known[i];
    }
  }

  /** Lets the time of rows that came pass. */
  void admitted(SlotBatch rows) {
    int counted = 0;
    for (int i = 0; i < rows.count(); i++) {
      counted += rows.occurrences()[i] > 0 ? 1 : 0;
    }
    pass(rows, counted);
  }

  /** Keeps what is known of rows that leave. */
  void evicted(SlotBatch rows) {
    int[] slots = rows.slots();
    for (int from = 0; from < rows.count(); from += BLOCK) {
      int block = Math.min(BLOCK, rows.count() - from);
      for (int i = 0; i < block; i++) {
        known[i] = score[slots[from + i]];
        score[slots[from + i]] = ABSENT;
      }
      away.put(rows, from, block, known, scores.now());
    }
  }

  private void pass(SlotBatch rows, int counted) {
    if (tuner != null && counted > 0) {
      tuner.see(rows);
      scores.halfLife(tuner.halfLife());
    }
    scores.planned(counted);
  }

  void reset() {
    Arrays.fill(score, ABSENT);
    scores.reset();
    away.reset();
    if (tuner != null) {
      tuner.reset();
      scores.halfLife(tuner.halfLife());
    }
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(score.length);
    for (long s : score) {
      out.writeLong(s);
    }
    scores.save(out);
    away.save(out);
    if (tuner != null) {
      tuner.save(out);
    }
  }

  void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != score.length) {
      throw new FarsightException(policy + ": saved with " + saved + " slots, not " + score.length);
    }
    for (int slot = 0; slot < score.length; slot++) {
      score[slot] = in.readLong();
    }
    scores.restore(in);
    away.restore(in);
    if (tuner != null) {
      tuner.restore(in);
      scores.halfLife(tuner.halfLife());
    }
  }

  /**
   * Verifies that so many rows are resident.
   *
   * @throws IllegalStateException if not
   */
  void checkResident(int listed, int leaving) {
    long resident = Arrays.stream(score).filter(s -> s != ABSENT).count();
    if (resident != listed + leaving) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: %d rows, of which %d listed, %d leave",
              policy,
              resident,
              listed,
              leaving));
    }
    if (tuner != null) {
      tuner.checkInvariants();
    }
  }
}
