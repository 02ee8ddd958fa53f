package dev.farsight.engine.tier;

import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.RowIndexes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How rows are dealt out to shards: by the low bits of the row id, a power of two of them. Within a
 * shard a row has a local id, its row id without those bits, so that local ids run from 0 without
 * gaps and a shard's index needs no more room than its share of the rows.
 *
 * @param bits of the row id that name the shard
 */
record Shards(int bits) {

  /** More slots are never asked for: they are numbered by an int. */
  static final int MOST_SLOTS = Integer.MAX_VALUE;

  private static final int MOST_BITS = 4;

  /** A shard with fewer slots would be a cache too small to choose well from. */
  private static final int LEAST_SLOTS = 1024;

  static Shards of(int slots) {
    int fit = Math.max(1, slots / LEAST_SLOTS);
    return new Shards(Math.min(MOST_BITS, 31 - Integer.numberOfLeadingZeros(fit)));
  }

  /** Memory of the indexes of all shards. */
  static long indexBytes(long rows, int slots) {
    Shards shards = of(slots);
    long bytes = 0;
    for (int s = 0; s < shards.count(); s++) {
      int own = shards.slots(s, rows, slots);
      bytes += 17L * own + RowIndexes.bytes(shards.layout(s, rows, slots).rows(), own, 0);
    }
    return bytes;
  }

  int count() {
    return 1 << bits;
  }

  int shardOf(long row) {
    return (int) row & (count() - 1);
  }

  long localOf(long row) {
    return row >>> bits;
  }

  long rowOf(int shard, long local) {
    return local << bits | shard;
  }

  /** The shard's part of all slots, no more than it has rows. */
  int slots(int shard, long rows, int slots) {
    int share = slots / count() + (shard < slots % count() ? 1 : 0);
    return (int) Math.min(share, rows(shard, rows));
  }

  private long rows(int shard, long rows) {
    return (rows - shard + count() - 1) >>> bits;
  }

  /** A cache of the shard's rows, by local id. */
  RegionLayout layout(int shard, long rows, int slots) {
    List<Table> tables = new ArrayList<>();
    for (long left = rows(shard, rows); left > 0; left -= Integer.MAX_VALUE) {
      tables.add(new Table("rows " + tables.size(), (int) Math.min(left, Integer.MAX_VALUE)));
    }
    return new RegionLayout(new TableSet(tables), slots(shard, rows, slots), 1, Map.of());
  }
}
