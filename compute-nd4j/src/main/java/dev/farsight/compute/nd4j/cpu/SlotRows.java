package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.table.RowFormat.Precision;

/**
 * Reads and updates the rows of slots, for one worker, whatever the precision of their weights.
 * This is the one place where a step tells precisions apart; all else sees weights of float32.
 */
interface SlotRows {

  /** Copies the weights of a slot's row to {@code into}, from {@code at} on. */
  void copyWeights(int slot, float[] into, int at);

  /**
   * Begins the updates of a step.
   *
   * @param rowIds by the numbers that {@link #putBack} is given
   */
  void begin(long step, long[] rowIds);

  /** Takes the row of a slot, to update it. */
  void take(int slot);

  /** The words of the row that was taken, those of its state among them. */
  float[] row();

  /** The weights of the row that was taken; may be the same array as {@link #row}. */
  float[] weights();

  /**
   * Puts the row that was taken back.
   *
   * @param number its number, as its row id has
   * @return how many weights saturated
   */
  int putBack(int number);

  /** One for each worker, for whole rows. */
  static SlotRows[] of(RowMemory slots, long seed, int workers) {
    return of(slots, seed, 0, workers);
  }

  /**
   * One for each worker.
   *
   * @param firstColumn the column of a row that comes first in a slot
   */
  static SlotRows[] of(RowMemory slots, long seed, int firstColumn, int workers) {
    var all = new SlotRows[workers];
    for (int w = 0; w < workers; w++) {
      all[w] = isFp32(slots) ? new Fp32Rows(slots) : new HalfRows(slots, seed, firstColumn);
    }
    return all;
  }

  /** Whether weights can be copied from slots as they are. */
  static boolean isFp32(RowMemory slots) {
    return slots.format().precision() == Precision.FP32;
  }
}
