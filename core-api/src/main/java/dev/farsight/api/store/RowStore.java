package dev.farsight.api.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.RowBuffer;
import java.util.Set;

/**
 * Holds every row (weights and optimizer state) outside the device. Works in batches of row ids
 * only.
 *
 * <p>A row never written reads as its initial value ({@link StoreSpec#initial()}); a store need not
 * keep such rows. A read sees every write whose ticket was done before the read began.
 *
 * <p>Several threads may call at the same time. Two such calls must not have a row in common,
 * unless both only read it; a call lasts until its ticket is done. The row ids within one call are
 * distinct. {@link #read} and {@link #write} allocate nothing per row. After {@link #close} only
 * close may be called: reads and writes fail with an {@link IllegalStateException}; closing again
 * does nothing.
 */
public interface RowStore extends RowReader {

  /**
   * Announces rows that are likely to be read soon, so that a lower tier may fetch them early.
   * Calling this is never required.
   */
  default void expect(long[] rows, int from, int count) {}

  /**
   * Announces rows that are about to be written, perhaps in several calls. A store that must save
   * something before a write may do so for all of these rows at once. Calling this is never
   * required.
   */
  default void expectWrites(long[] rows, int from, int count) {}

  /**
   * Copies rows from {@code source}, the inverse of {@link #read}. The copy may finish after the
   * call returns: the ticket is done when the rows are in the store. Until then, {@code rows} and
   * the source rows must not change.
   *
   * @return the ticket; {@link Ticket#DONE} if the rows are copied on return
   * @throws IndexOutOfBoundsException for a row id outside the tables; nothing is written then
   */
  Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow);

  /** Makes everything written durable, if the store is durable. */
  void flush();

  /**
   * Begins a generation: every row becomes one never written, with the initial value of that
   * generation. Afterwards {@link #spec} has the initial rows of the new generation. What was
   * written and not flushed may be lost. No other call may be under way. The cost must not depend
   * on the size of rows; if the call fails, the store is as before.
   *
   * <p>A store that keeps its rows after this process keeps those of the generation that it leaves,
   * and can {@linkplain #returnToGeneration return} to them, until {@link #keepGenerations} says
   * otherwise. Rows that it may have of the generation to begin are deleted.
   *
   * @param generation a number other than the current one; need not be the next one
   */
  void beginGeneration(int generation);

  /**
   * Goes back to a generation that was left, with the rows that it had then. Otherwise as {@link
   * #beginGeneration}. Only for a store with an {@link #identity}.
   *
   * @throws dev.farsight.api.FarsightException if the store does not have that generation
   */
  default void returnToGeneration(int generation) {
    throw new FarsightException(
        "the store cannot go back to rows of generation %d, as train.early-stopping.restore-best needs it with train.reset-rows; choose another storage.backend"
            .formatted(generation));
  }

  /**
   * Tells which generations are needed besides the current one. A store that keeps its rows deletes
   * those of all others. May be called while rows are read and written.
   */
  default void keepGenerations(Set<Integer> generations) {}
}
