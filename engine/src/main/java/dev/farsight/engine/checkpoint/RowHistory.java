package dev.farsight.engine.checkpoint;

import java.util.List;

/**
 * Preserves the rows of checkpoints while the store is being written. There are two
 * implementations: {@link CopyHistory} copies the rows of a store in memory to files; {@link
 * UndoHistory} saves the old values of rows in a persistent store, to go back to them.
 *
 * <p>{@link #beforeWrite} and {@link #afterWrite} may be called from several threads at once, for
 * distinct rows. {@link #beginCheckpoint} is called while no write is running.
 */
interface RowHistory extends AutoCloseable {

  /**
   * Called before these rows are overwritten in the store. Returns once their old values are safe.
   */
  void beforeWrite(long[] rows, int from, int count);

  /**
   * Called after the write of these rows was started; it completes before the next {@link
   * #beginCheckpoint}.
   */
  void afterWrite(long[] rows, int from, int count);

  /**
   * Makes the rows that the store holds now the rows of a checkpoint; later writes are not part of
   * it.
   */
  CheckpointRows beginCheckpoint(long step);

  /**
   * The store gives the rows of another generation from now on. No checkpoint is being written, and
   * no write is running. The rows of earlier checkpoints stay whole.
   */
  void beginGeneration();

  @Override
  void close();

  /** The rows of a checkpoint that is being written. */
  interface CheckpointRows {

    /**
     * Writes the rows that are not on disk yet. Runs beside training.
     *
     * @return the row files, in the order in which to read them; empty if a persistent store holds
     *     the rows
     */
    List<RowLogFile> finish();

    /**
     * The digest of the rows written since the last checkpoint, with their values at this one; only
     * after {@link #finish}.
     */
    RowsDigest changed();

    /** Number of rows that a persistent store holds; 0 without one. */
    default long rowsHeld() {
      return 0;
    }
  }
}
