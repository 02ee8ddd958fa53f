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
 * policy's own cost and memory. Once the choice has stood for {@value #STEADY} looks at it, the
 * small caches <em>rest</em>: {@value #RESTS} times as many rows pass unseen as it took.
 */
final class HalfLifeTuner {

  /** Half-lives to choose from, as multiples of the slots. */
  static final int[] CANDIDATES = {1, 4, 16, 64};

  private static final int START = 3; // 64: right for popularity that stays, which is the rule
  private static final int MIN_SLOTS = 256;
  private static final int MAX_SHIFT = 10;
  private static final int LARGEST_BATCH = 1024;
  private static final int STEADY = 16;
  private static final int RESTS = 3;
  private static final int MARGIN = 100; // to change, a hundredth of the misses has to be saved
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int slots;
  private final int shift;
  private final MiniCache[] caches = new MiniCache[CANDIDATES.length];
  private final SlotBatch sample;

  private final long[] misses = new long[CANDIDATES.length];
  private int seen;
  private int best = START;

  /** How often in a row the best was best again, and the rows planned meanwhile. */
  private int steady;

  private long watched;

  /** Rows to let pass unseen. */
  private long resting;

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
    var counts = new AgedCounts("lfu", slots, halfLife, ghosts, null);
    return new MiniCache(slots, new LfuPolicy(counts));
  }

  /** The best half-life so far, in rows. */
  long halfLife() {
    return Math.max((long) slots * CANDIDATES[best], AgedCounts.MIN_HALF_LIFE);
  }

  /** Whether the small caches let rows pass unseen. */
  boolean rests() {
    return resting > 0;
  }

  /**
   * Shows the candidates the sampled ones among rows looked up. Those of one batch come together,
   * however many calls tell of them.
   */
  void see(SlotBatch rows) {
    if (resting > 0) {
      resting -= rows.count();
      return;
    }
    watched += rows.count();
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
      watched = 0;
    }
    for (int c = 0; c < caches.length; c++) {
      misses[c] -= misses[c] / 2;
    }
  }

  private void rest() {
    if (steady == STEADY) {
      resting = RESTS * watched;
      steady = 0;
      watched = 0;
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
    watched = 0;
    resting = 0;
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(best);
    out.writeInt(seen);
    out.writeInt(steady);
    out.writeLong(watched);
    out.writeLong(resting);
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
    watched = in.readLong();
    resting = in.readLong();
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
