package dev.farsight.engine.settings;

/**
 * Splits the planner's threads among its stages; each stage gets at least one. The split follows
 * the stages' costs: a third for finding unique rows, a fifth for ordering lookups, the rest for
 * planning. A stage whose work the device does copies what the device found: it gets one thread, or
 * a few beside the others if a batch has many rows. If all rows are resident, planning them is
 * little, so half of the threads find unique rows.
 */
public record PlannerThreads(int dedupe, int plan, int order) {

  /** Copying so many rows takes one thread a millisecond. */
  private static final int MANY_ROWS = 1 << 18;

  /** Where the host finds rows and orders lookups, and not all rows are resident. */
  public static PlannerThreads usual(int threads) {
    return of(threads, false, false, false, 0);
  }

  /**
   * @param deviceFinds whether the device finds unique rows
   * @param stepOrders whether the step orders lookups
   * @param resident whether all rows are resident
   * @param rows most unique rows of a batch
   */
  public static PlannerThreads of(
      int threads, boolean deviceFinds, boolean stepOrders, boolean resident, int rows) {
    int dedupe = deviceFinds ? 1 : Math.max(1, threads / (resident ? 2 : 3));
    int order = stepOrders ? 1 : Math.max(1, threads / 5);
    int copying = rows < MANY_ROWS ? 1 : Math.max(1, threads / 3);
    return new PlannerThreads(
        Math.max(dedupe, copying), Math.max(1, threads - dedupe - order), Math.max(order, copying));
  }
}
