package dev.farsight.engine.cache;

import dev.farsight.api.memory.HostBuffers;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Which rows are in which slots, as of the last plan made. Knows no batch, no model and no row
 * data: it turns requests into plans. One thread at a time, the planner's.
 */
public interface Residency {

  int slots();

  /** An empty plan of the right size. */
  CachePlan newPlan(HostBuffers buffers);

  /**
   * Plans for a request: afterwards its rows count as resident. Costs O(rows of the request). May
   * wait for room in the rings.
   *
   * @param plan receives the plan; plans are numbered in the order of these calls
   * @throws CacheTooSmallException if the request alone does not fit; nothing is changed then
   */
  void plan(RowRequest request, CachePlan plan);

  /**
   * Takes back the last plan made that has not been undone: what is where and what is dirty is as
   * if it had never been made. Policies do not follow, so afterwards rows can only be flushed.
   */
  void undo(CachePlan plan);

  /**
   * A batch in the look-ahead uses these rows, for which no use was known before.
   *
   * @param positions of the rows in the request
   */
  void announce(long batch, RowRequest request, int[] positions, int count);

  /** The largest note that is kept of a row that leaves; 0 if none are. */
  int mostNote();

  /** Number of the next plan. */
  long nextPlan();

  /** All plans made so far are carried out and written back: the rings are free. */
  void drained();

  /**
   * Collects rows that are resident, to load them anew.
   *
   * @param fromSlot where to go on looking
   * @param plan receives them as loads from the in-ring's row 0 on, as many as fit
   * @return where to go on, or {@link #slots()} at the end
   */
  int collectResident(int fromSlot, int inRows, CachePlan plan);

  /** Writes which rows are where, and what the policies know. All is clean and at rest. */
  void save(DataOutput out) throws IOException;

  /** Reads what {@link #save} wrote, before the first plan; rows have then to be loaded. */
  void restore(DataInput in) throws IOException;

  /**
   * Collects rows that the store does not have yet and counts them as clean.
   *
   * @param fromSlot where to go on looking
   * @param plan receives them as evictions into the out-ring from row 0, as many as fit
   * @return where to go on, or {@link #slots()} at the end
   */
  int collectDirty(int fromSlot, int outRows, CachePlan plan);
}
