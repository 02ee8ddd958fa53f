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
 * policy's own cost and memory.
 */
final class HalfLifeTuner {

  /** Half-lives to choose from, as multiples of the slots. */
  static final int[] CANDIDATES = {1, 4, 16, 64};

  private static final int START = 2; // 16: right for popularity that stays, which is the rule
  private static final int MIN_SLOTS = 256;
  private static final int MAX_SHIFT = 10;
  private static final int LARGEST_BATCH = 1024;
  private static final int MARGIN = 100; // to change, a hundredth of the misses has to be saved
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int slots;
  private final int shift;
  private final MiniCache[] caches = new MiniCache[CANDIDATES.length];
  private final SlotBatch sample;

  private final long[] misses = new long[CANDIDATES.length];
  private int seen;
  private int best = START;

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

  /** Shows the candidates the sampled ones among rows looked up. */
  void see(SlotBatch rows) {
    sample.begin(0, true);
    for (int i = 0; i < rows.count(); i++) {
      long row = rows.rows()[i];
      if ((row * GOLDEN) >>> 1 >>> (63 - shift) == 0 && rows.occurrences()[i] > 0) {
        sample.add(0, row, rows.occurrences()[i], SlotBatch.UNKNOWN);
        if (sample.count() == sample.rows().length) {
          plan();
        }
      }
    }
    if (sample.count() > 0) {
      plan();
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
    }
    sample.begin(0, true);
  }

  /** Changes to another candidate if it is clearly better, and lets what was seen fade. */
  private void choose() {
    int least = best;
    for (int c = 0; c < caches.length; c++) {
      least = misses[c] < misses[least] ? c : least;
    }
    if (misses[least] + misses[least] / MARGIN < misses[best]) {
      best = least;
    }
    for (int c = 0; c < caches.length; c++) {
      misses[c] -= misses[c] / 2;
    }
  }

  void reset() {
    for (MiniCache cache : caches) {
      cache.reset();
    }
    Arrays.fill(misses, 0);
    seen = 0;
    best = START;
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(best);
    out.writeInt(seen);
    for (int c = 0; c < caches.length; c++) {
      out.writeLong(misses[c]);
      caches[c].save(out);
    }
  }

  void restore(DataInput in) throws IOException {
    best = in.readInt();
    seen = in.readInt();
    for (int c = 0; c < caches.length; c++) {
      misses[c] = in.readLong();
      caches[c].restore(in);
    }
  }

  void checkInvariants() {
    for (MiniCache cache : caches) {
      cache.checkInvariants();
    }
  }
}
