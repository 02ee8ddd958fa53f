package dev.farsight.engine.checkpoint;

import java.util.List;

/**
 * Keeps the rows of checkpoints while a store is written on. One way for stores that forget, which
 * copies rows out ({@link CopiedRows}), and one for stores that persist, which keeps old values to
 * go back to ({@link UndoneRows}).
 *
 * <p>{@link #beforeWrite} and {@link #afterWrite} may be called from several threads at once, for
 * distinct rows. {@link #mark} is called when no write is under way.
 */
interface RowHistory extends AutoCloseable {

  /**
   * These rows are about to be overwritten in the store. Returns when their old values are safe.
   */
  void beforeWrite(long[] rows, int from, int count);

  /** The write of these rows has begun; it is done before the next {@link #mark}. */
  void afterWrite(long[] rows, int from, int count);

  /**
   * The store now holds the rows of a checkpoint; what is written from now on is not part of it.
   */
  Marked mark(long step);

  @Override
  void close();

  /** The rows of a checkpoint on their way to disk. */
  interface Marked {

    /**
     * Brings to disk what the checkpoint still lacks, beside training.
     *
     * @return the files that hold its rows, in the order in which to read them; none where the
     *     store itself does
     */
    List<RowLogFile> finish();

    /** Rows that a persistent store holds, 0 otherwise. */
    default long held() {
      return 0;
    }
  }
}
