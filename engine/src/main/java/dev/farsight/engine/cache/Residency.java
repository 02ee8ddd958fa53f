package dev.farsight.engine.cache;

import dev.farsight.api.memory.HostBuffers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Which rows are in which slots, as of the last plan. Turns requests into plans; has no access to
 * batches, models or row data. One thread at a time, the planner's.
 */
public interface Residency {

  int slots();

  /** Regions that divide the rows of tables without slots of their own; 1 if there are none. */
  int regions();

  /** An empty plan of the right size. */
  CachePlan newPlan(HostBuffers buffers);

  /**
   * Plans a request. Afterwards its rows count as resident. Costs O(rows of the request). May wait
   * for room in the rings.
   *
   * @param plan receives the plan; plans are numbered in the order of these calls
   * @throws CacheTooSmallException if the request alone does not fit; then nothing has changed
   */
  void plan(RowRequest request, CachePlan plan);

  /**
   * Undoes the last plan that has not been undone. Locations and dirty marks become what they were
   * before the plan. Policies do not, so afterwards rows can only be flushed.
   */
  void undo(CachePlan plan);

  /**
   * A batch in the look-ahead uses these rows. No use of them was known before.
   *
   * @param positions request positions of the rows
   */
  void announce(long batch, RowRequest request, int[] positions, int count);

  /** The largest note that is kept for a row that leaves; 0 if no notes are kept. */
  int maxNote();

  /** Number of the next plan. */
  long nextPlan();

  /** All plans so far are carried out and written back: the rings are free. */
  void drained();

  /**
   * Collects resident rows, to load them again.
   *
   * @param fromSlot the slot to start at
   * @param plan receives the rows as loads from in-ring row 0 on, as many as fit
   * @return the slot to continue at, or {@link #slots()} at the end
   */
  int collectResident(int fromSlot, int inRows, CachePlan plan);

  /**
   * Writes the rows in the slots and the policies' state. All rows are clean, nothing is moving.
   */
  void save(DataOutput out) throws IOException;

  /** Reads what {@link #save} wrote, before the first plan. The rows must be loaded afterwards. */
  void restore(DataInput in) throws IOException;

  /**
   * Collects dirty rows. They stay dirty until {@link #markClean}.
   *
   * @param fromSlot the slot to start at
   * @param plan receives the rows as evictions to the out-ring from row 0 on, as many as fit
   * @return the slot to continue at, or {@link #slots()} at the end
   */
  int collectDirty(int fromSlot, int outRows, CachePlan plan);

  /** The store has the rows that {@link #collectDirty} has collected in this plan. */
  void markClean(CachePlan plan);

  /**
   * Marks all rows clean: the values in the slots no longer count, and are loaded again afterwards.
   * Nothing is moving. Locations and policies stay as they are. O(slots).
   */
  void forgetValues();
}
