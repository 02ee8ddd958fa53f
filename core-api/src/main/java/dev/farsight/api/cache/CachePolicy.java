package dev.farsight.api.cache;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Ranks the resident rows of one region and chooses the rows to evict. A policy sees slots and row
 * ids, never row data. It only ranks: the engine owns residency, pins and transfers. If a policy
 * answers with a pinned, repeated or foreign slot, the engine stops with an error.
 *
 * <p>For each batch the engine calls, in this order:
 *
 * <ol>
 *   <li>{@link #nextUse}, for resident rows whose next use the look-ahead has just found, if the
 *       factory {@linkplain CachePolicyFactory#wantsNextUse wants next uses};
 *   <li>{@link #hit}, for the batch's resident rows, if the batch is for training; {@link #nextUse}
 *       instead, if the batch is for evaluation;
 *   <li>{@link #victims}, if slots must be freed;
 *   <li>{@link #evicted} and {@link #admit} alternately, a few thousand rows at a time: {@code
 *       evicted} gets the victims in the order chosen; {@code admit} gets the new rows, many of
 *       them in slots just freed.
 * </ol>
 *
 * The slots of a region are numbered from 0 to {@code slots - 1}. The row of a slot is evicted
 * before another row is admitted to that slot. Calls come from one thread at a time. Each region
 * has its own policy instance; regions run in parallel.
 *
 * <p>The same calls must give the same answers: no clock, no identity hashes, randomness only from
 * {@link PolicyContext#seed()}. No call may cost O(slots), amortised over the rows seen. No call
 * may allocate memory once the run has started.
 */
public interface CachePolicy {

  /**
   * Reports resident rows that the batch being planned uses. Not called in evaluation or warm-up.
   */
  void hit(SlotBatch rows);

  /**
   * Reports rows that have just become resident. {@link SlotBatch#notes} has the last note that
   * {@link #evicted} wrote for each row.
   */
  void admit(SlotBatch rows);

  /**
   * Reports resident rows whose next use is now the one in {@link SlotBatch#nextUse}. They are rows
   * without a known next use for which the look-ahead has just found one, or the rows of a batch
   * for evaluation, which may have no further use.
   */
  default void nextUse(SlotBatch rows) {}

  /**
   * Chooses the rows to evict, best victim first. No victim may be pinned or chosen twice. {@link
   * #evicted} follows with exactly the slots chosen, in the same order, in one call or several.
   *
   * @param count how many victims are wanted; the engine ensures that at least as many unpinned
   *     rows are resident
   * @param slots receives the victims' slots from position 0
   * @return how many slots were written: {@code count}, unless the policy is broken
   */
  int victims(int count, Pins pins, int[] slots);

  /**
   * Reports that the rows just chosen leave; their occurrences are 0. May write {@link
   * SlotBatch#notes}.
   */
  void evicted(SlotBatch rows);

  /** Forgets everything; the policy is then as after construction. */
  void reset();

  /**
   * Writes all state. A new instance with the same context that {@linkplain #restore restores} this
   * state continues in the same way.
   */
  void save(DataOutput out) throws IOException;

  /** Reads what {@link #save} wrote, replacing all state. */
  void restore(DataInput in) throws IOException;

  /**
   * Verifies the policy's own structures; may cost O(slots). Called by tests.
   *
   * @throws IllegalStateException if the structures contradict each other; the message names the
   *     first contradiction
   */
  void checkInvariants();
}
