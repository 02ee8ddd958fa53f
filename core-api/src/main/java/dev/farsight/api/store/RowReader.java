package dev.farsight.api.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowBits;
import java.util.Optional;

/**
 * Reads rows, weights and optimizer state, that are kept outside the device. The part of a {@link
 * RowStore} that changes nothing; also what a store of an earlier run is opened as, to score,
 * export or inspect it.
 *
 * <p>Works in batches of row ids only. A row never written reads as its initial value ({@link
 * StoreSpec#initial()}). Any number of calls may come from several threads at once. {@link #read}
 * allocates nothing per row. After {@link #close} reads fail with an {@link IllegalStateException};
 * closing again does nothing.
 */
public interface RowReader extends AutoCloseable {

  StoreSpec spec();

  /**
   * Copies rows out. They may arrive later: the ticket is done when they are there, and until then
   * {@code rows} and the target's rows must stay as they are.
   *
   * @param rows row ids, of which those at [from, from + count) count
   * @param target receives row {@code rows[from + i]} at its row {@code targetRow + i}; if it
   *     {@linkplain RowBuffer#seeds takes seeds}, which the caller has cleared, a row never written
   *     may be given by its seed, as {@link dev.farsight.api.table.InitialRows#fill(long,
   *     RowBuffer, int)} does
   * @return {@link Ticket#DONE} from a reader that has copied them on return
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
   * Adds the rows in {@code [fromRow, toRow)} that were ever written to a set. Its cost should
   * follow the rows written, not the range: a reader that knows more than {@link #written(long)}
   * overrides it. Only while nothing is written.
   *
   * @throws IndexOutOfBoundsException where the range is not within the tables
   */
  default void written(long fromRow, long toRow, RowBits target) {
    for (long row = fromRow; row < toRow; row++) {
      if (written(row)) {
        target.add(row);
      }
    }
  }

  /** How many rows were ever written, in the generation of {@link StoreSpec#initial()}. O(1). */
  long rowsHeld();

  /** If rows outlive this process, which rows they are; empty for a store that forgets them. */
  default Optional<StoreIdentity> identity() {
    return Optional.empty();
  }

  StoreStats stats();

  @Override
  void close();
}
