package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;

/**
 * Rows whose weights have 16 bits. Weights are widened when they are read, and rounded
 * stochastically when a row is put back: by a key of the seed, the step and the row id, and by the
 * column, so that neither slots nor threads change a bit.
 */
final class HalfRows implements SlotRows {

  private final RowMemory slots;
  private final Precision precision;
  private final long seed;
  private final int firstColumn;
  private final int dim;
  private final int stateWord;
  private final float[] row;
  private final float[] weights;
  private final RowWeights rounding;
  private long[] rowIds;
  private long stepKey;
  private int slot;

  HalfRows(RowMemory slots, long seed, int firstColumn) {
    RowFormat format = slots.format();
    this.slots = slots;
    this.precision = format.precision();
    this.seed = seed;
    this.firstColumn = firstColumn;
    this.dim = format.dim();
    this.stateWord = format.stateWord();
    this.row = new float[format.words()];
    this.weights = new float[dim];
    this.rounding = new RowWeights(format);
  }

  @Override
  public void copyWeights(int slot, float[] into, int at) {
    slots.chunk(slot).get(slots.at(slot), row, 0, stateWord);
    HalfWords.widen(precision, row, into, at, dim);
  }

  @Override
  public void begin(long step, long[] rowIds) {
    this.rowIds = rowIds;
    this.stepKey = RowWeights.stepKey(seed, step);
  }

  @Override
  public void take(int slot) {
    this.slot = slot;
    slots.chunk(slot).get(slots.at(slot), row, 0, row.length);
    HalfWords.widen(precision, row, weights, 0, dim);
  }

  @Override
  public float[] row() {
    return row;
  }

  @Override
  public float[] weights() {
    return weights;
  }

  @Override
  public int putBack(int number) {
    var chunk = slots.chunk(slot);
    int at = slots.at(slot);
    chunk.put(at + stateWord, row, stateWord, row.length - stateWord);
    long key = RowWeights.key(stepKey, rowIds[number]);
    return rounding.putStochastic(chunk, at, weights, firstColumn, key);
  }
}
