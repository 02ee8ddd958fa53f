package dev.farsight.engine.tier;

/**
 * The rows of a call, sorted by shard, in the order of the call within each. Reused; grows to the
 * longest stretch it has seen.
 */
final class Grouping {

  private final Shards shards;
  private final int[] starts;
  private int[] positions = new int[0];

  Grouping(Shards shards) {
    this.shards = shards;
    this.starts = new int[shards.count() + 1];
  }

  /** Sorts rows [from, from + count). */
  void sort(long[] rows, int from, int count) {
    if (positions.length < count) {
      positions = new int[count];
    }
    java.util.Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[shards.shardOf(rows[from + i]) + 1]++;
    }
    for (int s = 0; s < shards.count(); s++) {
      starts[s + 1] += starts[s];
    }
    // Every start moves to the next shard's start while its rows are placed, and back afterwards.
    for (int i = 0; i < count; i++) {
      positions[starts[shards.shardOf(rows[from + i])]++] = i;
    }
    System.arraycopy(starts, 0, starts, 1, shards.count());
    starts[0] = 0;
  }

  /** Positions of the rows, counted from {@code from}. */
  int[] positions() {
    return positions;
  }

  /** Where a shard's positions begin; those of the shard after it follow. */
  int start(int shard) {
    return starts[shard];
  }
}
