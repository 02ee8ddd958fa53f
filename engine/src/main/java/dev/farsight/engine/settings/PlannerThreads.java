package dev.farsight.engine.settings;

/**
 * Splits the planner's threads among its stages; each stage gets at least one. The split follows
 * the stages' costs: a third for finding unique rows, a fifth for ordering lookups, the rest for
 * planning. A stage whose work the device does gets one thread.
 */
public record PlannerThreads(int dedupe, int plan, int order) {

  /**
   * @param deviceFinds whether the device finds unique rows
   * @param stepOrders whether the step orders lookups
   */
  public static PlannerThreads of(int threads, boolean deviceFinds, boolean stepOrders) {
    int dedupe = deviceFinds ? 1 : Math.max(1, threads / 3);
    int order = stepOrders ? 1 : Math.max(1, threads / 5);
    return new PlannerThreads(dedupe, Math.max(1, threads - dedupe - order), order);
  }
}
