package dev.farsight.cache.lfu;

import dev.farsight.api.cache.SlotBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Chooses the half-life that misses fewest rows, by trying several: each candidate runs a {@link
 * MiniCache}, scaled down by the same factor as the sample of rows that all of them see
 * (Waldspurger and others, "Cache modeling and optimization using miniature simulations", USENIX
 * ATC 2017). Popularity that stays wants a long memory, popularity that moves a short one.
 *
 * <p>Rows are sampled by their hash, one in 2^k, such that {@value #MIN_SLOTS} slots or more remain
 * of each cache. So large regions pay little: a multiplication a row, and candidates / 2^k of the
 * policy's own cost and memory, which is most of it waiting for memory that nobody else uses. Once
 * the choice has stood for {@value #STEADY} looks at it, the small caches <em>rest</em>: {@value
 * #FIRST_REST} times as many batches pass unseen as it took, and each time that the choice stands
 * again about twice as many, up to {@value #LONGEST_REST} times. They wake at round numbers of
 * batches, so that regions of a cache mostly do in the same: who is to be done with a batch waits
 * for the slowest of them.
 */
final class HalfLifeTuner {

  /** Half-lives to choose from, as multiples of the slots. */
  static final int[] CANDIDATES = {1, 4, 16, 64};

  private static final int START = 3; // 64: right for popularity that stays, which is the rule
  private static final int MIN_SLOTS = 256;
  private static final int MAX_SHIFT = 10;
  private static final int LARGEST_BATCH = 1024;
  private static final int STEADY = 16;
  private static final int FIRST_REST = 3;
  private static final int LONGEST_REST = 7;
  private static final int MARGIN = 100; // to change, a hundredth of the misses has to be saved
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int slots;
  private final int shift;
  private final MiniCache[] caches = new MiniCache[CANDIDATES.length];
  private final SlotBatch sample;

  private final long[] misses = new long[CANDIDATES.length];
  private int seen;
  private int best = START;

  /** How often in a row the best was best again. */
  private int steady;

  /** The batch since which they watch, and the one up to which they rest. */
  private long watching;

  private long wake;
  private boolean resting;

  /** How many times as long as they watched they rest next. */
  private int rest = FIRST_REST;

  /**
   * @param slots slots of the region
   * @param ghosts as a multiple of them
   */
  HalfLifeTuner(int slots, double ghosts) {
    this.slots = slots;
    int k = 0;
    while (k < MAX_SHIFT && slots >> (k + 1) >= MIN_SLOTS) {
      k++;
    }
    shift = k;
    int few = slots >> k;
    for (int c = 0; c < caches.length; c++) {
      long halfLife = Math.max((long) few * CANDIDATES[c], AgedCounts.MIN_HALF_LIFE);
      caches[c] = mini(few, halfLife, Math.round(few * ghosts));
    }
    sample = new SlotBatch(Math.min(few, LARGEST_BATCH));
  }

  private static MiniCache mini(int slots, long halfLife, long ghosts) {
    var counts = new AgedCounts("lfu", slots, halfLife, new Ghosts(ghosts), null);
    return new MiniCache(slots, new LfuPolicy(counts));
  }

  /** The best half-life so far, in rows. */
  long halfLife() {
    return Math.max((long) slots * CANDIDATES[best], AgedCounts.MIN_HALF_LIFE);
  }

  /** Whether the small caches let rows pass unseen. */
  boolean rests() {
    return resting;
  }

  /**
   * Shows the candidates the sampled ones among rows looked up. Those of one batch come together,
   * however many calls tell of them.
   */
  void see(SlotBatch rows) {
    if (rows.batch() < wake) {
      return;
    }
    if (resting) {
      resting = false;
      watching = rows.batch();
    }
    if (rows.batch() != sample.batch() && sample.count() > 0) {
      plan();
    }
    if (sample.count() == 0) {
      sample.begin(rows.batch(), true);
    }
    for (int i = 0; i < rows.count(); i++) {
      long row = rows.rows()[i];
      if ((row * GOLDEN) >>> 1 >>> (63 - shift) == 0 && rows.occurrences()[i] > 0) {
        sample.add(0, row, rows.occurrences()[i], SlotBatch.UNKNOWN);
        if (sample.count() == sample.rows().length) {
          plan();
        }
      }
    }
  }

  private void plan() {
    for (int c = 0; c < caches.length; c++) {
      misses[c] += caches[c].plan(sample);
    }
    seen += sample.count();
    if (seen >= caches[0].slots()) {
      choose();
      seen = 0;
      rest();
    }
    sample.begin(sample.batch(), true);
  }

  /** Changes to another candidate if it is clearly better, and lets what was seen fade. */
  private void choose() {
    int least = best;
    for (int c = 0; c < caches.length; c++) {
      least = misses[c] < misses[least] ? c : least;
    }
    steady++;
    if (misses[least] + misses[least] / MARGIN < misses[best]) {
      best = least;
      steady = 0;
      rest = FIRST_REST;
      watching = sample.batch();
    }
    for (int c = 0; c < caches.length; c++) {
      misses[c] -= misses[c] / 2;
    }
  }

  private void rest() {
    if (steady == STEADY) {
      long length = rest * Math.max(1, sample.batch() - watching);
      long round = Math.max(1, Long.highestOneBit(length) / 8);
      wake = (sample.batch() + length + round - 1) / round * round;
      resting = true;
      rest = Math.min(2 * rest + 1, LONGEST_REST);
      steady = 0;
    }
  }

  void reset() {
    for (MiniCache cache : caches) {
      cache.reset();
    }
    Arrays.fill(misses, 0);
    sample.begin(0, true);
    seen = 0;
    best = START;
    steady = 0;
    watching = 0;
    wake = 0;
    resting = false;
    rest = FIRST_REST;
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(best);
    out.writeInt(seen);
    out.writeInt(steady);
    out.writeLong(watching);
    out.writeLong(wake);
    out.writeBoolean(resting);
    out.writeInt(rest);
    for (int c = 0; c < caches.length; c++) {
      out.writeLong(misses[c]);
      caches[c].save(out);
    }
    out.writeLong(sample.batch());
    out.writeInt(sample.count());
    for (int i = 0; i < sample.count(); i++) {
      out.writeLong(sample.rows()[i]);
      out.writeInt(sample.occurrences()[i]);
    }
  }

  void restore(DataInput in) throws IOException {
    best = in.readInt();
    seen = in.readInt();
    steady = in.readInt();
    watching = in.readLong();
    wake = in.readLong();
    resting = in.readBoolean();
    rest = in.readInt();
    for (int c = 0; c < caches.length; c++) {
      misses[c] = in.readLong();
      caches[c].restore(in);
    }
    sample.begin(in.readLong(), true);
    for (int more = in.readInt(); more > 0; more--) {
      sample.add(0, in.readLong(), in.readInt());
    }
  }

  void checkInvariants() {
    for (MiniCache cache : caches) {
      cache.checkInvariants();
    }
  }
}
