package dev.farsight.api.table;

/**
 * Spreads rows by hash. The shard of a row is the top 10 bits of {@link InitialRows#mix64 mix64} of
 * its row id. Everything that divides rows into n hash shares (regions of a cache, devices, hosts)
 * uses this function; a share is a range of shards:
 *
 * <pre>
 * shard(row)    = mix64(row) >>> 54                  0 to 1,023
 * share(row, n) = (shard(row) * n) >>> 10            0 to n - 1
 * </pre>
 *
 * <p>Both are pure functions of the row id, in integer arithmetic alone, so that a device computes
 * the same values. A share consists of whole shards. If n is a power of two, a share also consists
 * of whole shares of every larger power of two.
 */
public final class RowShards {

  /**
   * How many shards there are; also the largest number of shares into which rows can be divided.
   */
  public static final int COUNT = 1 << 10;

  private static final int SHIFT = Long.SIZE - 10;

  private RowShards() {}

  /** The shard of a row. */
  public static int of(long row) {
    return (int) (InitialRows.mix64(row) >>> SHIFT);
  }

  /**
   * The share of a row.
   *
   * @param shares how many there are, 1 to {@link #COUNT}
   */
  public static int share(long row, int shares) {
    return (of(row) * shares) >>> 10;
  }

  /** The first shard of a share; that of share {@code shares} is {@link #COUNT}. */
  public static int firstShard(int share, int shares) {
    return (share * COUNT + shares - 1) / shares;
  }
}
