package dev.farsight.api.data;

/**
 * One pass over samples, batch by batch. Every batch except the last is full. Used by one thread.
 *
 * <p>The engine checks what a source delivers: the values of {@link Batch}, full batches, and the
 * number of samples that the {@link DataSource} has told. A source that breaks its contract ends
 * the run with a line that names it and the sample.
 *
 * <p>If the same source is opened again, it gives the same samples in the same order, for any batch
 * size and any number of threads that read and parse.
 */
public interface BatchSource extends AutoCloseable {

  BatchSchema schema();

  /**
   * Fills {@code batch} with the next samples.
   *
   * @return false if no samples are left; the content of {@code batch} is then undefined
   * @throws dev.farsight.api.FarsightException if the data cannot be read; the message names file
   *     and line
   */
  boolean next(Batch batch);

  /**
   * Skips samples as if they had been read in full batches. This is quick if the source can tell
   * where samples end.
   *
   * @param samples how many to skip: a multiple of the capacity of {@code scratch}, or all samples
   *     of the source
   * @param scratch overwritten
   * @return how many were skipped; fewer than {@code samples} only at the end of the source
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

  /** Bags cut short so far because they had more lookups than allowed. */
  default long truncatedBags() {
    return 0;
  }

  @Override
  void close();
}
