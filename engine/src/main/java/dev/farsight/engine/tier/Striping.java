package dev.farsight.engine.tier;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowIndexes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How rows are dealt out to stripes: by the low bits of the row id, a power of two of them. Within a
 * stripe a row has a local id, its row id without those bits, so that local ids run from 0 without
 * gaps and a stripe's index needs no more room than its share of the rows.
 *
 * @param bits of the row id that name the stripe
 */
record Striping(int bits) {

  /** More slots are never asked for: they are numbered by an int. */
  static final int MOST_SLOTS = Integer.MAX_VALUE;

  private static final int MOST_BITS = 4;

  /** A stripe with fewer slots would be a cache too small to choose well from. */
  private static final int LEAST_SLOTS = 1024;

  static Striping of(int slots) {
    int fit = Math.max(1, slots / LEAST_SLOTS);
    return new Striping(Math.min(MOST_BITS, 31 - Integer.numberOfLeadingZeros(fit)));
  }

  /** Memory of the indexes of all stripes. */
  static long indexBytes(long rows, int slots) {
    Striping striping = of(slots);
    long bytes = 0;
    for (int s = 0; s < striping.count(); s++) {
      int own = striping.slots(s, rows, slots);
      bytes += 17L * own + RowIndexes.bytes(striping.layout(s, rows, slots).rows(), own, 0);
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

  /** The stripe's part of all slots, no more than it has rows. */
  int slots(int stripe, long rows, int slots) {
    int share = slots / count() + (stripe < slots % count() ? 1 : 0);
    return (int) Math.min(share, rows(stripe, rows));
  }

  private long rows(int stripe, long rows) {
    return (rows - stripe + count() - 1) >>> bits;
  }

  /** A cache of the stripe's rows, by local id. */
  RegionLayout layout(int stripe, long rows, int slots) {
    List<Table> tables = new ArrayList<>();
    for (long left = rows(stripe, rows); left > 0; left -= Integer.MAX_VALUE) {
      tables.add(new Table("rows " + tables.size(), (int) Math.min(left, Integer.MAX_VALUE)));
    }
    return new RegionLayout(new TableSet(tables), slots(stripe, rows, slots), 1, Map.of());
  }
}
