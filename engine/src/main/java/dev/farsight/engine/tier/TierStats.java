package dev.farsight.engine.tier;

/**
 * What a RAM tier has done and holds. A read is a hit if its row was in memory when it came, which
 * depends on how far expected rows have been fetched by then, and so on timing.
 *
 * @param policy ranks its rows
 * @param slots rows that fit
 * @param bytes memory of slots and index
 * @param reads rows read
 * @param readHits of those, rows in memory
 * @param writes rows written
 * @param expected rows announced as needed soon
 * @param expectedHits of those, rows in memory already
 * @param dropped of those, rows not fetched early because fetching had fallen behind
 * @param loaded rows fetched from the store below
 * @param evicted rows that left memory
 * @param writtenBack rows written to the store below, when they left or were flushed
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
