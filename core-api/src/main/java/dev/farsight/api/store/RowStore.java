package dev.farsight.api.store;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;

/**
 * Holds every row, weights and optimizer state, outside the device. Works in batches of row ids
 * only.
 *
 * <p>A row never written reads as its initial value ({@link StoreSpec#initial()}); a store need not
 * keep such rows. A read sees every write whose ticket was done before it began.
 *
 * <p>Calls may come from several threads at once as long as no row is in two of them, unless both
 * read it; a call counts until its ticket is done. Ids within one call are distinct. {@link #read}
 * and {@link #write} allocate nothing per row. After {@link #close} no call but close is allowed:
 * reads and writes fail with an {@link IllegalStateException}, closing again does nothing.
 */
public interface RowStore extends RowReader {

  /** These rows are likely to be read soon: a lower tier may fetch them early. Never required. */
  default void expect(long[] rows, int from, int count) {}

  /**
   * These rows are about to be written, perhaps in several calls: a store that must save something
   * first may do so for all of them at once. Never required.
   */
  default void expectWrites(long[] rows, int from, int count) {}

  /**
   * Copies rows in, the inverse of {@link #read}. That may be done later: the ticket is done when
   * the rows are in the store, and until then {@code rows} and the source's rows must stay as they
   * are.
   *
   * @return {@link Ticket#DONE} from a store that has copied them on return
   * @throws IndexOutOfBoundsException for a row id outside the tables; nothing is written then
   */
  Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow);

  /** Makes everything written durable, where the store is. */
  void flush();
}
