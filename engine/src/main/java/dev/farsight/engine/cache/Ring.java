package dev.farsight.engine.cache;

/**
 * Hands out stretches of a ring of rows, one a plan, in plan order and without gaps inside a
 * stretch. A plan's stretch is <em>held</em> until its room is needed again; plans give up theirs
 * in order, oldest first.
 *
 * <p>What is held after an allocation is a function of the sizes asked for alone. Only how long
 * {@link Gate#release} takes depends on timing. Planner thread only; no allocation of memory.
 *
 * <pre>
 *    capacity rows
 *   |......[plan 7][plan 8 ][plan 9]..|     a stretch that would cross the end starts over at 0
 *           ^ held from                     ^ tail
 * </pre>
 */
public final class Ring {

  /** Waits until a plan's stretch is no longer in use. */
  @FunctionalInterface
  public interface Gate {
    /**
     * @param held the plan whose stretch is about to be reused
     * @param planning the plan that needs it
     */
    void release(long held, long planning);
  }

  private final int capacity;
  private final int keep;
  private final Gate gate;

  /** Where the held plans' stretches start, in rows ever handed out, by plan modulo length. */
  private final long[] starts;

  private long tail;
  private long heldFrom;
  private long next;
  private boolean shrunk;
  private int skipped;

  /**
   * @param capacity rows of the ring
   * @param keep how many earlier plans' stretches should still be held when a plan gets its own;
   *     giving up one of them counts as {@link #shrunk}
   */
  public Ring(int capacity, int keep, Gate gate) {
    this.capacity = capacity;
    this.keep = keep;
    this.gate = gate;
    this.starts = new long[Math.max(8, 4 * (keep + 2))];
  }

  public int capacity() {
    return capacity;
  }

  /**
   * Room for {@code rows} rows of plan {@code plan}, which follows the last one; waits until it is
   * free.
   *
   * @return ring row of the first
   */
  public int allocate(long plan, int rows) {
    if (plan != next) {
      throw new IllegalStateException("plan " + plan + " after " + (next - 1));
    }
    if (rows > capacity) {
      throw new IllegalArgumentException(rows + " rows in a ring of " + capacity);
    }
    long start = tail;
    skipped = 0;
    if (start % capacity + rows > capacity) {
      skipped = (int) (capacity - start % capacity);
      start += skipped;
    }
    shrunk = false;
    while (heldFrom < plan
        && (start + rows - starts[(int) (heldFrom % starts.length)] > capacity
            || plan - heldFrom >= starts.length)) {
      shrunk |= plan - heldFrom <= keep;
      gate.release(heldFrom, plan);
      heldFrom++;
    }
    starts[(int) (plan % starts.length)] = start;
    tail = start + rows;
    next = plan + 1;
    return (int) (start % capacity);
  }

  /** The oldest plan whose stretch is intact. */
  public long heldFrom() {
    return heldFrom;
  }

  /** Whether the last allocation had to give up a stretch that should have been kept. */
  public boolean shrunk() {
    return shrunk;
  }

  /** Rows at the end of the ring that the last allocation left out, to start over at 0. */
  public int skipped() {
    return skipped;
  }

  /** Where a held plan's stretch starts, in rows ever handed out. */
  public long start(long plan) {
    return plan < next ? starts[(int) (plan % starts.length)] : tail;
  }

  /** Every stretch may be overwritten: nothing is under way. The next plan is {@code plan}. */
  public void reset(long plan) {
    heldFrom = plan;
    next = plan;
  }
}
