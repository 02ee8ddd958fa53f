package dev.farsight.api.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import java.util.Optional;

/**
 * Reads rows (weights and optimizer state) that are kept outside the device. This is the part of a
 * {@link RowStore} that changes nothing. A store of an earlier run is opened as a reader, to score,
 * export or inspect its rows.
 *
 * <p>Works in batches of row ids only. A row never written reads as its initial value ({@link
 * StoreSpec#initial()}). Any number of threads may call at the same time. {@link #read} allocates
 * nothing per row. {@link #close} waits for the calls under way; after it reads fail with an {@link
 * IllegalStateException}, and closing again does nothing ({@link OpenGuard}).
 */
public interface RowReader extends AutoCloseable {

  StoreSpec spec();

  /**
   * Copies rows to {@code target}. The rows may arrive after the call returns: the ticket is done
   * when they are there. Until then, {@code rows} and the target rows must not change.
   *
   * @param rows row ids, of which positions [from, from + count) are used
   * @param target receives row {@code rows[from + i]} at its row {@code targetRow + i}. If the
   *     target {@linkplain RowBuffer#seeds takes seeds}, the caller has cleared the seeds of these
   *     rows, and the reader may set the seed of a row never written instead of copying the row,
   *     like {@link dev.farsight.api.table.InitialRows#fill(long, RowBuffer, int)}
   * @return the ticket; {@link Ticket#DONE} if the rows are copied on return
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow);

  /**
   * Whether a row was ever written, in the generation of {@link StoreSpec#initial()}.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  boolean written(long row);

  /**
   * Adds to {@code target} the rows in {@code [fromRow, toRow)} that were ever written. The cost
   * should depend on the number of rows written, not on the range, so a reader overrides this
   * method if it can do better than one {@link #written(long)} call per row. Must not be called
   * while rows are being written.
   *
   * @throws IndexOutOfBoundsException if the range is not within the tables
   */
  default void written(long fromRow, long toRow, RowBits target) {
    if (rowsHeld() == 0) {
      return;
    }
    for (long row = fromRow; row < toRow; row++) {
      if (written(row)) {
        target.add(row);
      }
    }
  }

  /** How many rows were ever written, in the generation of {@link StoreSpec#initial()}. O(1). */
  long rowsHeld();

  /**
   * The identity of the rows, if they outlive this process; empty for a store that keeps no rows
   * after that.
   */
  default Optional<StoreIdentity> identity() {
    return Optional.empty();
  }

  StoreStats stats();

  @Override
  void close();
}
