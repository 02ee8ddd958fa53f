package dev.farsight.engine.tier;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Assigns rows to stripes by the low bits of the row id; the number of stripes is a power of two. A
 * row has a local id in its stripe: its row id without these bits. Local ids run from 0 without
 * gaps, so the index of a stripe needs no more memory than its part of the rows.
 *
 * @param bits how many low bits of the row id select the stripe
 */
record Striping(int bits) {

  /** Most slots of a tier: slot numbers are ints. */
  static final int MAX_SLOTS = Integer.MAX_VALUE;

  private static final int MAX_BITS = 4;

  /**
   * Fewest slots of a stripe, if there are several: in a smaller cache, a policy has too few rows
   * to choose from.
   */
  private static final int MIN_STRIPE_SLOTS = 1024;

  static Striping of(int slots) {
    int maxStripes = Math.max(1, slots / MIN_STRIPE_SLOTS);
    return new Striping(Math.min(MAX_BITS, 31 - Integer.numberOfLeadingZeros(maxStripes)));
  }

  /** Bytes on the heap that all stripes take for their indexes, without policies. */
  static long heapBytes(long rows, int slots) {
    Striping striping = of(slots);
    long bytes = 0;
    for (int s = 0; s < striping.count(); s++) {
      bytes += Stripe.heapBytes(striping.layout(s, rows, slots));
    }
    return bytes;
  }

  int count() {
    return 1 << bits;
  }

  int stripeOf(long row) {
    return (int) row & (count() - 1);
  }

  long localOf(long row) {
    return row >>> bits;
  }

  long rowOf(int stripe, long local) {
    return local << bits | stripe;
  }

  /** Number of slots of a stripe: its part of all slots, but at most its number of rows. */
  int slots(int stripe, long rows, int slots) {
    int share = slots / count() + (stripe < slots % count() ? 1 : 0);
    return (int) Math.min(share, rows(stripe, rows));
  }

  private long rows(int stripe, long rows) {
    return (rows - stripe + count() - 1) >>> bits;
  }

  /** The layout of a stripe's cache; its rows are local ids. */
  RegionLayout layout(int stripe, long rows, int slots) {
    List<Table> tables = new ArrayList<>();
    for (long remaining = rows(stripe, rows); remaining > 0; remaining -= Integer.MAX_VALUE) {
      tables.add(new Table("rows " + tables.size(), (int) Math.min(remaining, Integer.MAX_VALUE)));
    }
    return new RegionLayout(new TableSet(tables), slots(stripe, rows, slots), 1, Map.of());
  }
}
