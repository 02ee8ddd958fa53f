package dev.farsight.api.store;

import dev.farsight.api.memory.RowBuffer;
import java.util.Optional;

/**
 * Holds every row, weights and optimizer state, outside the device. Works in batches of row ids
 * only.
 *
 * <p>A row never written reads as its initial value ({@link StoreSpec#initial()}); a store need not
 * keep such rows. A read sees every write that returned before it began.
 *
 * <p>Calls may come from several threads at once as long as no row is in two of them, unless both
 * read it; ids within one call are distinct. {@link #read} and {@link #write} allocate nothing per
 * row. After {@link #close} no call but close is allowed: reads and writes fail with an {@link
 * IllegalStateException}, closing again does nothing.
 */
public interface RowStore extends AutoCloseable {

  StoreSpec spec();

  /** These rows are likely to be read soon: a lower tier may fetch them early. Never required. */
  default void expect(long[] rows, int from, int count) {}

  /**
   * These rows are about to be written, perhaps in several calls: a store that must save something
   * first may do so for all of them at once. Never required.
   */
  default void expectWrites(long[] rows, int from, int count) {}

  /**
   * Copies rows out of the store.
   *
   * @param rows row ids, of which those at [from, from + count) count
   * @param into receives row {@code rows[from + i]} at its row {@code at + i}; where it {@linkplain
   *     RowBuffer#seeds takes seeds}, which the caller has cleared, a row never written may be
   *     given by its seed, as {@link dev.farsight.api.table.InitialRows#fill(long, RowBuffer, int)}
   *     does
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  void read(long[] rows, int from, int count, RowBuffer into, int at);

  /**
   * Copies rows into the store, the inverse of {@link #read}.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables; nothing is written then
   */
  void write(long[] rows, int from, int count, RowBuffer source, int at);

  /**
   * Whether a row was ever written.
   *
   * @throws IndexOutOfBoundsException for a row id outside the tables
   */
  boolean written(long row);

  /** Makes everything written durable, where the store is. */
  void flush();

  /** Where rows outlive this process, which rows they are; empty for a store that forgets them. */
  default Optional<StoreIdentity> identity() {
    return Optional.empty();
  }

  StoreStats stats();

  @Override
  void close();
}
