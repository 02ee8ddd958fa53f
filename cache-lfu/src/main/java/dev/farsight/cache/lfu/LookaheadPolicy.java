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
import java.util.Arrays;
import java.util.Locale;

/**
 * Belady's choice as far as the look-ahead reaches (Agarwal and others, "BagPipe", SOSP 2023), and
 * {@code lfu} beyond it. Rows without a known use are the best victims, because their next use is
 * later than any known one: those whose lookups are the fewest first, counted as by {@link
 * LfuPolicy}. Then rows go whose next use is farthest.
 *
 * <p>A slot stands in one list: of its class of score, or of its next use. A hit changes numbers
 * only. The slot is listed anew when {@link #victims} meets it or the batch that it was listed
 * under has passed: O(1) amortised a row, plus O(pinned slots met). With a look-ahead of one batch
 * nothing is ever known and the victims are those of {@code lfu}. 21 bytes a slot, and 4 a row
 * where there is a table of {@link Ghosts}; allocates nothing once the look-ahead is full.
 */
final class LookaheadPolicy implements CachePolicy {

  /** Slots whose scores are read at a time; they fit the fastest cache. */
  private static final int BLOCK = 128;

  /** Classes from the lowest on that the search for victims comes to before long: an octave. */
  private static final int NEAR = 16;

  /** A next use that is not known: before any batch. */
  private static final int NONE = 0;

  /** Batches from one {@link #base} to the next. */
  private static final int EPOCH = 1 << 30;

  private final AgedCounts counts;

  /** By slot, counted from {@link #base}. */
  private final int[] nextUse;

  /** Before the first batch. Once in 2^30 batches it moves on, which costs O(slots). */
  private long base = -1;

  private final ScoreClasses classes;
  private final NextUseLists uses;
  private final int[] block = new int[BLOCK];
  private final long[] blockClasses = new long[BLOCK];

  /** Up to this class, the search for victims may soon come to a slot. */
  private long soon = Long.MAX_VALUE;

  /** The batch being planned, as far as calls have told. */
  private long now;

  private int leaving;

  LookaheadPolicy(AgedCounts counts) {
    this.counts = counts;
    nextUse = new int[counts.slots()];
    classes = new ScoreClasses(counts.slots());
    uses = new NextUseLists(counts.slots());
  }

  @Override
  public void nextUse(SlotBatch rows) {
    learn(rows);
  }

  @Override
  public void hit(SlotBatch rows) {
    learn(rows);
    counts.hit(rows);
    planning(rows.batch());
  }

  @Override
  public void admit(SlotBatch rows) {
    planning(rows.batch());
    learn(rows);
    for (int from = 0; from < rows.count(); from += AgedCounts.BLOCK) {
      int to = Math.min(rows.count(), from + AgedCounts.BLOCK);
      counts.admit(rows, from, to - from);
      for (int i = from; i < to; i++) {
        list(rows.slots()[i]);
      }
    }
    counts.admitted(rows);
    classes.follow(counts.now());
  }

  private void learn(SlotBatch rows) {
    int[] slots = rows.slots();
    long[] known = rows.nextUse();
    for (int i = 0; i < rows.count(); i++) {
      nextUse[slots[i]] = known[i] == SlotBatch.UNKNOWN ? NONE : ahead(known[i]);
    }
  }

  private int ahead(long batch) {
    return (int) Math.min(batch - base, Integer.MAX_VALUE);
  }

  /** Whether a use of a slot's row is known that is yet to come. */
  private boolean awaited(int slot) {
    return nextUse[slot] > now - base;
  }

  private void moveBase() {
    int by = (int) (now - 1 - base);
    for (int slot = 0; slot < nextUse.length; slot++) {
      nextUse[slot] = Math.max(NONE, nextUse[slot] - by);
    }
    base += by;
  }

  /** Lists slots anew whose known use is over: those of batches before this one. */
  private void planning(long batch) {
    classes.follow(counts.now());
    now = batch;
    if (now - base > EPOCH) {
      moveBase();
    }
    soon = classes.size() > 0 ? classes.lowest() + NEAR : Long.MAX_VALUE;
    while (uses.first() < batch && uses.size() > 0) {
      listAnew(uses.first());
      uses.first(uses.first() + 1);
    }
    uses.first(Math.max(batch, uses.first()));
  }

  private void listAnew(long past) {
    int taken;
    do {
      taken = uses.take(past, BLOCK, block);
      for (int i = 0; i < taken; i++) {
        list(block[i]);
      }
    } while (taken == BLOCK);
  }

  /**
   * Rows of a high class stay with it even if their next use is known: the search for victims will
   * not come to them, and a use will cost them no list.
   */
  private void list(int slot) {
    long number = classOf(slot);
    if (awaited(slot) && number <= soon) {
      uses.add(base + nextUse[slot], slot);
    } else {
      classes.addLast(number, slot);
    }
  }

  private long classOf(int slot) {
    return classes.classOf(counts.score(slot));
  }

  @Override
  public int victims(int count, Pins pins, int[] into) {
    int found = leastFrequent(count, pins, into);
    if (found < count) {
      found = farthest(found, count, pins, into);
    }
    leaving += found;
    return found;
  }

  private int leastFrequent(int count, Pins pins, int[] into) {
    int found = 0;
    while (found < count && classes.size() > 0) {
      long lowest = classes.lowest();
      int taken = classes.takeFirst(lowest, Math.min(BLOCK, 2 * (count - found)), block);
      // Apart from the loop below, so that the numbers, far away in memory, are fetched side by
      // side.
      for (int i = 0; i < taken; i++) {
        blockClasses[i] = awaited(block[i]) ? Long.MAX_VALUE : classOf(block[i]);
      }
      int i = 0;
      for (; i < taken && found < count; i++) {
        int slot = block[i];
        if (blockClasses[i] == Long.MAX_VALUE) {
          uses.add(base + nextUse[slot], slot);
        } else if (blockClasses[i] > lowest) {
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
    return found;
  }

  private int farthest(int from, int count, Pins pins, int[] into) {
    int found = from;
    while (found < count && uses.size() > 0) {
      long latest = uses.latest();
      int taken = uses.take(latest, Math.min(BLOCK, count - found), block);
      for (int i = 0; i < taken; i++) {
        int slot = block[i];
        if (pins.pinned(slot)) {
          classes.setAside(slot);
        } else {
          into[found++] = slot;
        }
      }
    }
    while (classes.anyAside()) {
      int slot = classes.takeAside();
      uses.add(base + nextUse[slot], slot);
    }
    return found;
  }

  @Override
  public void evicted(SlotBatch rows) {
    counts.evicted(rows);
    for (int i = 0; i < rows.count(); i++) {
      nextUse[rows.slots()[i]] = NONE;
    }
    leaving -= rows.count();
  }

  @Override
  public void reset() {
    counts.reset();
    classes.reset();
    uses.reset();
    Arrays.fill(nextUse, NONE);
    base = -1;
    now = 0;
    soon = Long.MAX_VALUE;
    leaving = 0;
  }

  @Override
  public void save(DataOutput out) throws IOException {
    counts.save(out);
    classes.save(out);
    uses.save(out);
    out.writeLong(now);
    out.writeLong(soon);
    out.writeLong(base);
    for (int use : nextUse) {
      out.writeInt(use);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    counts.restore(in);
    classes.restore(in);
    uses.restore(in);
    now = in.readLong();
    soon = in.readLong();
    base = in.readLong();
    for (int slot = 0; slot < nextUse.length; slot++) {
      nextUse[slot] = in.readInt();
    }
    leaving = 0;
  }

  @Override
  public void checkInvariants() {
    counts.checkResident(classes.size() + uses.size(), leaving);
    var listed = new boolean[counts.slots()];
    classes.checkInvariants(
        (number, slot) -> check(slot, listed, number <= classOf(slot), "filed in class " + number));
    uses.checkInvariants(
        (batch, slot) ->
            check(
                slot,
                listed,
                batch <= Math.max(now, base + nextUse[slot]),
                "listed under " + batch));
  }

  private void check(int slot, boolean[] listed, boolean rightly, String where) {
    if (listed[slot] || !counts.resident(slot) || !rightly) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "lookahead: slot %d of score %d, next use %d, %s",
              slot,
              counts.score(slot),
              base + nextUse[slot],
              where));
    }
    listed[slot] = true;
  }

  /** Makes {@link LookaheadPolicy}. */
  static final class Factory implements CachePolicyFactory {

    @Override
    public String name() {
      return "lookahead";
    }

    @Override
    public long heapBytes(PolicyContext context) {
      return CountSettings.heapBytes(context)
          + ScoreClasses.heapBytes(context.slots())
          + NextUseLists.heapBytes(context.slots())
          + (long) Integer.BYTES * context.slots();
    }

    @Override
    public void check(Settings own) {
      CountSettings.of(own);
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      return new LookaheadPolicy(CountSettings.counts(name(), context));
    }

    @Override
    public boolean wantsNextUse() {
      return true;
    }
  }
}
