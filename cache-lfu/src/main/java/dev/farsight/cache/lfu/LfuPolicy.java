package dev.farsight.cache.lfu;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.Pins;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.SlotBatch;
import dev.farsight.api.config.Settings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/**
 * Least frequently used, with counts that age and that survive eviction: the best victim is the row
 * whose lookups, each weighing half as much every half-life, are the fewest. {@link Scores} says
 * how counts age at no cost, {@link EvictedScores} how they survive.
 *
 * <p>Victims are the lowest to within a sixteenth of an octave of count (4.4 %), within which the
 * row filed first goes first. Rows never looked up in training (warm-up, evaluation) go before all
 * others, and evaluation leaves counts and time as they are.
 *
 * <p>A hit costs a few additions on one long; the slot is filed anew only when {@link #victims}
 * meets it: O(1) amortised a row, plus O(pinned slots met). 13 bytes a slot, and 4 a row where
 * there is a table of {@link Ghosts}; allocates nothing after construction.
 */
final class LfuPolicy implements CachePolicy {

  /** Slots whose scores are read at a time; they fit the fastest cache. */
  private static final int BLOCK = 128;

  private final AgedCounts counts;
  private final ScoreClasses classes;
  private final int[] block = new int[BLOCK];
  private final long[] blockClasses = new long[BLOCK];
  private int leaving;

  LfuPolicy(AgedCounts counts) {
    this.counts = counts;
    this.classes = new ScoreClasses(counts.slots());
  }

  @Override
  public void hit(SlotBatch rows) {
    counts.hit(rows);
    classes.follow(counts.now());
  }

  @Override
  public void admit(SlotBatch rows) {
    int[] slots = rows.slots();
    for (int from = 0; from < rows.count(); from += AgedCounts.BLOCK) {
      int to = Math.min(rows.count(), from + AgedCounts.BLOCK);
      counts.admit(rows, from, to - from);
      for (int i = from; i < to; i++) {
        classes.addLast(classOf(slots[i]), slots[i]);
      }
    }
    counts.admitted(rows);
    classes.follow(counts.now());
  }

  private long classOf(int slot) {
    return classes.classOf(counts.score(slot));
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
        blockClasses[i] = classOf(block[i]);
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
      classes.addFirst(classOf(slot), slot);
    }
    leaving += found;
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    counts.evicted(rows);
    leaving -= rows.count();
  }

  @Override
  public void reset() {
    counts.reset();
    classes.reset();
    leaving = 0;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    counts.save(out);
    classes.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    counts.restore(in);
    classes.restore(in);
    leaving = 0;
  }

  @Override
  public void checkInvariants() {
    counts.checkResident(classes.size(), leaving);
    var filed = new boolean[counts.slots()];
    classes.checkInvariants(
        (number, slot) -> {
          if (filed[slot] || !counts.resident(slot) || number > classOf(slot)) {
            throw new IllegalStateException(
                String.format(
                    Locale.ROOT,
                    "lfu: slot %d of score %d filed in class %d",
                    slot,
                    counts.score(slot),
                    number));
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
    public long heapBytes(PolicyContext context) {
      return CountSettings.heapBytes(context) + ScoreClasses.heapBytes(context.slots());
    }

    @Override
    public void check(Settings own) {
      CountSettings.of(own);
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new LfuPolicy(CountSettings.counts(name(), context));
    }
  }
}
