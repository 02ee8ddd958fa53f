package dev.farsight.api.cache;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Ranks the resident rows of one region and names those to evict. It sees slots and row ids, never
 * row data, and only ranks: the engine owns residency, pins and transfers, and stops a policy that
 * answers with a pinned, repeated or foreign slot.
 *
 * <p>For each batch the engine calls, in this order:
 *
 * <ol>
 *   <li>{@link #nextUse}, if the factory wants it: for resident rows whose next use the look-ahead
 *       has just seen;
 *   <li>its rows that are resident: {@link #hit}, if the batch is one to train on, {@link
 *       #nextUse}, if it is one to evaluate;
 *   <li>{@link #victims}, if slots must be freed;
 *   <li>{@link #evicted} and {@link #admit} in turn, some thousand rows at a time: victims in the
 *       order chosen, and the rows that come, many of them to slots just freed.
 * </ol>
 *
 * Slots of a region are numbered from 0 to {@code slots - 1}. A slot's row is evicted before
 * another is admitted to it. Calls come from one thread at a time; regions have a policy instance
 * each and run in parallel.
 *
 * <p>The same calls must give the same answers: no clock, no identity hashes, randomness only from
 * {@link PolicyContext#seed()}. No call may cost O(slots), amortised over the rows seen, and none
 * may allocate once running.
 */
public interface CachePolicy {

  /** Resident rows that the batch being planned uses. Not called in evaluation and warm-up. */
  void hit(SlotBatch rows);

  /** Rows that have just become resident, with what {@link #evicted} noted of them last. */
  void admit(SlotBatch rows);

  /**
   * Resident rows of which the next use is now known as {@link SlotBatch#nextUse} has it: those for
   * which a use was found in the look-ahead where none was known before, and those of a batch to
   * evaluate, which may have no further use.
   */
  default void nextUse(SlotBatch rows) {}

  /**
   * Chooses rows to evict, best victim first, none of them pinned and none twice. {@link #evicted}
   * follows with exactly the slots chosen, in the same order, in one call or several.
   *
   * @param count how many are wanted; the engine makes sure that as many unpinned rows are resident
   * @param slots receives them from position 0
   * @return how many were written, {@code count} unless the policy is broken
   */
  int victims(int count, Pins pins, int[] slots);

  /** The rows just chosen leave; occurrences are 0. May write {@link SlotBatch#notes}. */
  void evicted(SlotBatch rows);

  /** Forgets everything: as after construction. */
  void reset();

  /**
   * Writes all state, so that {@link #restore} in a new instance of the same context continues
   * equally.
   */
  void save(DataOutput out) throws IOException;

  /** Reads what {@link #save} wrote, replacing all state. */
  void restore(DataInput in) throws IOException;

  /**
   * Verifies the policy's own structures; may cost O(slots). Called by tests.
   *
   * @throws IllegalStateException naming the first contradiction
   */
  void checkInvariants();
}
