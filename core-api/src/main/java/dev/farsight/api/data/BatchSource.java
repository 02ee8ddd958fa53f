package dev.farsight.api.data;

/**
 * One pass over samples, batch by batch. Every batch is full but the last. Used by one thread.
 *
 * <p>The same source opened again gives the same samples in the same order, whatever the batch size
 * and the number of threads that read or parse behind it.
 */
public interface BatchSource extends AutoCloseable {

  BatchSchema schema();

  /**
   * Fills {@code into} with the next samples.
   *
   * @return false when there are none left; {@code into} is then undefined
   * @throws dev.farsight.api.FarsightException where the data is unreadable, with file and line
   */
  boolean next(Batch into);

  /**
   * Passes over samples as if they had been read in full batches, quickly where the source can tell
   * where they end.
   *
   * @param samples how many, a multiple of the capacity of {@code scratch} or all there are
   * @param scratch overwritten
   * @return how many there were to pass over, fewer only at the end
   */
  default long skip(long samples, Batch scratch) {
    long skipped = 0;
    while (skipped < samples && next(scratch)) {
      skipped += scratch.samples();
    }
    return skipped;
  }

  /** Rows left out so far because they were malformed ({@code data.on-bad-row = skip}). */
  default long badRows() {
    return 0;
  }

  @Override
  void close();
}
