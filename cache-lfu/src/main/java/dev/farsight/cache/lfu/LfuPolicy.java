package dev.farsight.cache.lfu;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Least frequently used, with counts that age and that survive eviction: the best victim is the row
 * whose lookups, each weighing half as much every half-life, are the fewest. {@link Scores} says
 * how counts age at no cost, {@link Ghosts} how they survive.
 *
 * <p>Victims are the lowest to within a sixteenth of an octave of count (4.4 %), within which the
 * row filed first goes first. Rows never looked up in training (warm-up, evaluation) go before all
 * others, and evaluation leaves counts and time as they are.
 *
 * <p>A hit costs a few additions on one long; the slot is filed anew only when {@link #victims}
 * meets it: O(1) amortised a row, plus O(pinned slots met). 12 bytes a slot and 4 a ghost;
 * allocates nothing after construction.
 */
final class LfuPolicy implements CachePolicy {

  /** Shortest half-life, in rows. */
  static final long MIN_HALF_LIFE = 16;

  /** Rows whose scores or ghosts are read at a time; they fit the fastest cache. */
  private static final int BLOCK = 128;

  private static final long ABSENT = Long.MIN_VALUE;

  private final long[] score;
  private final Scores scores;
  private final ScoreClasses classes;
  private final Ghosts ghosts;
  private final HalfLifeTuner tuner;
  private final int[] block = new int[BLOCK];
  private final long[] blockClasses = new long[BLOCK];
  private int leaving;

  /**
   * @param halfLife rows planned until a lookup weighs half
   * @param ghosts how many evicted rows to keep the counts of
   */
  LfuPolicy(int slots, long halfLife, long ghosts) {
    this(slots, halfLife, ghosts, null);
  }

  /**
   * @param tuner chooses the half-life from then on, or null
   */
  LfuPolicy(int slots, long halfLife, long ghosts, HalfLifeTuner tuner) {
    this.tuner = tuner;
    this.score = new long[slots];
    this.scores = new Scores(halfLife);
    this.classes = new ScoreClasses(slots);
    this.ghosts = new Ghosts(ghosts);
    reset();
  }

  @Override
  public void hit(SlotBatch rows) {
    int[] slots = rows.slots();
    int[] lookups = rows.occurrences();
    int counted = 0;
    for (int i = 0; i < rows.count(); i++) {
      if (lookups[i] > 0) {
        score[slots[i]] = scores.plus(score[slots[i]], lookups[i]);
        counted++;
      }
    }
    pass(rows, counted);
  }

  @Override
  public void admit(SlotBatch rows) {
    int counted = 0;
    for (int i = 0; i < rows.count(); i++) {
      if (i % BLOCK == 0) {
        ghosts.touch(rows.rows(), i, Math.min(i + BLOCK, rows.count()));
      }
      int slot = rows.slots()[i];
      int lookups = rows.occurrences()[i];
      long known = ghosts.take(rows.rows()[i], scores.now());
      score[slot] = lookups > 0 ? scores.plus(known, lookups) : known;
      classes.addLast(classes.classOf(score[slot]), slot);
      counted += lookups > 0 ? 1 : 0;
    }
    pass(rows, counted);
  }

  private void pass(SlotBatch rows, int counted) {
    if (tuner != null && counted > 0) {
      tuner.see(rows);
      scores.halfLife(tuner.halfLife());
    }
    scores.planned(counted);
    classes.follow(scores.now());
  }

  @Override
  public int victims(int count, Pins pins, int[] into) {
    int found = 0;
    while (found < count && classes.size() > 0) {
      long lowest = classes.lowest();
      int taken = classes.takeFirst(lowest, Math.min(BLOCK, 2 * (count - found)), block);
      // Apart from the loop below, so that the scores, far away in memory, are fetched side by
      // side.
      for (int i = 0; i < taken; i++) {
        blockClasses[i] = classes.classOf(score[block[i]]);
      }
      int i = 0;
      for (; i < taken && found < count; i++) {
        int slot = block[i];
        if (blockClasses[i] > lowest) {
          classes.addLast(blockClasses[i], slot);
        } else if (pins.pinned(slot)) {
          classes.setAside(slot);
        } else {
          into[found++] = slot;
        }
      }
      while (taken > i) {
        classes.addFirst(lowest, block[--taken]);
      }
    }
    while (classes.anyAside()) {
      int slot = classes.takeAside();
      classes.addFirst(classes.classOf(score[slot]), slot);
    }
    leaving += found;
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    for (int i = 0; i < rows.count(); i++) {
      if (i % BLOCK == 0) {
        ghosts.touch(rows.rows(), i, Math.min(i + BLOCK, rows.count()));
      }
      int slot = rows.slots()[i];
      ghosts.put(rows.rows()[i], score[slot], scores.now());
      score[slot] = ABSENT;
    }
    leaving -= rows.count();
  }

  @Override
  public void reset() {
    Arrays.fill(score, ABSENT);
    scores.reset();
    classes.reset();
    ghosts.reset();
    leaving = 0;
    if (tuner != null) {
      tuner.reset();
      scores.halfLife(tuner.halfLife());
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(score.length);
    for (long s : score) {
      out.writeLong(s);
    }
    scores.save(out);
    classes.save(out);
    ghosts.save(out);
    if (tuner != null) {
      tuner.save(out);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    int saved = in.readInt();
    if (saved != score.length) {
      throw new FarsightException("lfu: saved with " + saved + " slots, not " + score.length);
    }
    for (int slot = 0; slot < score.length; slot++) {
      score[slot] = in.readLong();
    }
    scores.restore(in);
    classes.restore(in);
    ghosts.restore(in);
    leaving = 0;
    if (tuner != null) {
      tuner.restore(in);
      scores.halfLife(tuner.halfLife());
    }
  }

  @Override
  public void checkInvariants() {
    long resident = Arrays.stream(score).filter(s -> s != ABSENT).count();
    if (resident != classes.size() + leaving) {
      throw new IllegalStateException(
          "lfu: "
              + resident
              + " rows, of which "
              + classes.size()
              + " filed, "
              + leaving
              + " leave");
    }
    var filed = new boolean[score.length];
    classes.checkInvariants(
        (number, slot) -> {
          if (filed[slot] || score[slot] == ABSENT || number > classes.classOf(score[slot])) {
            throw new IllegalStateException(
                "lfu: slot " + slot + " of score " + score[slot] + " filed in class " + number);
          }
          filed[slot] = true;
        });
  }

  /** Makes {@link LfuPolicy}. */
  static final class Factory implements CachePolicyFactory {

    @Override
    public String name() {
      return "lfu";
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      int slots = context.slots();
      var own = context.own();
      double ghosts = own.number("ghosts", 0, 64);
      if (ghosts * slots > Ghosts.MAX) {
        throw own.bad("ghosts", "times " + slots + " slots is more than " + Ghosts.MAX);
      }
      long kept = Math.round(ghosts * slots);
      if (own.string("half-life").equals("auto")) {
        return new LfuPolicy(slots, MIN_HALF_LIFE, kept, new HalfLifeTuner(slots, ghosts));
      }
      return new LfuPolicy(slots, halfLife(own, slots), kept);
    }

    private static long halfLife(Settings own, int slots) {
      try {
        double halfLife = own.number("half-life", 0.01, 1e6);
        return Math.max(MIN_HALF_LIFE, Math.round(halfLife * slots));
      } catch (ConfigException e) {
        throw own.bad("half-life", "is neither auto nor a number from 0.01 to 1000000");
      }
    }
  }
}
