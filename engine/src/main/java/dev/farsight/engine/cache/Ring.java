package dev.farsight.engine.cache;

/**
 * Hands out stretches of a ring of rows: one for each plan, in plan order, without gaps inside a
 * stretch. A plan's stretch is <em>held</em> until its room is needed again. Stretches are given up
 * in plan order, oldest first.
 *
 * <p>Which stretches are held after an allocation depends only on the sizes asked for. Only the
 * duration of {@link Gate#release} depends on timing. Planner thread only; allocates no memory.
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

  /** Start of each held stretch, in rows ever handed out; plan n is at n modulo the length. */
  private final long[] starts;

  private long tail;
  private long heldFrom;
  private long next;
  private boolean shrunk;
  private int skipped;

  /**
   * @param capacity rows of the ring
   * @param keep how many earlier plans' stretches should still be held after an allocation; giving
   *     up one of them counts as {@link #shrunk}
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
   * Allocates {@code rows} rows for plan {@code plan}, which must follow the last plan. Waits until
   * the rows are free.
   *
   * @return ring row of the first row
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

  /** Rows at the end of the ring that the last allocation skipped, to start at 0. */
  public int skipped() {
    return skipped;
  }

  /** Start of a held plan's stretch, in rows ever handed out. */
  public long start(long plan) {
    return plan < next ? starts[(int) (plan % starts.length)] : tail;
  }

  /** All stretches are free: nothing is in progress. The next plan is {@code plan}. */
  public void reset(long plan) {
    heldFrom = plan;
    next = plan;
  }
}
