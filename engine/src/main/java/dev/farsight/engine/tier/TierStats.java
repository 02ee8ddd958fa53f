package dev.farsight.engine.tier;

/**
 * Counters and sizes of a RAM tier. A read is a hit if the row is in memory at that moment. This
 * depends on how many expected rows have been fetched by then, so it depends on timing.
 *
 * @param policy name of the cache policy
 * @param slots number of rows that the tier can hold
 * @param bytes bytes of the slots and the index
 * @param reads rows read
 * @param readHits rows read that were in memory
 * @param writes rows written
 * @param expected rows that the look-ahead announced
 * @param expectedHits announced rows that were already in memory
 * @param dropped announced rows that were not fetched early, because the queue was full
 * @param loaded rows fetched from the store below
 * @param evicted rows evicted from memory
 * @param writtenBack rows written to the store below, on eviction or flush
 */
public record TierStats(
    String policy,
    int slots,
    long bytes,
    long reads,
    long readHits,
    long writes,
    long expected,
    long expectedHits,
    long dropped,
    long loaded,
    long evicted,
    long writtenBack) {

  /** Share of the rows read that were in memory. */
  public double hitRatio() {
    return reads == 0 ? 0 : (double) readHits / reads;
  }
}
