package dev.farsight.compute.nd4j.cpu;

/** Updates rows in their slots by complete gradients, for one worker. */
final class RowUpdater {

  private final SlotRows rows;
  private final RowRule rule;

  /** Parts of the state of a row. */
  private final float[][] state;

  RowUpdater(SlotRows rows, RowRule rule, int dim) {
    this.rows = rows;
    this.rule = rule;
    this.state = new float[ElementRule.MAX_PARTS][dim];
  }

  /**
   * Begins the updates of a step.
   *
   * @param rowIds by the numbers that {@link #update} is given
   */
  void begin(long step, long[] rowIds) {
    rows.begin(step, rowIds);
  }

  /**
   * Takes the row of a slot; returns its weights, which come first in the array. They may be
   * changed before the update.
   */
  float[] take(int slot) {
    rows.take(slot);
    return rows.weights();
  }

  /** Updates the row that was taken; returns how many of its weights saturated. */
  int update(int number, float[] gradient) {
    rule.update(rows.weights(), rows.row(), gradient, state);
    return rows.putBack(number);
  }

  /**
   * As {@link #update(int, float[])}, by a rule that needs the squares of the whole row.
   *
   * @param gradient as {@link RowwiseAdagradRule#squares} has left it
   */
  int update(int number, float[] gradient, float squares) {
    ((RowwiseAdagradRule) rule).update(rows.weights(), rows.row(), gradient, squares);
    return rows.putBack(number);
  }
}
