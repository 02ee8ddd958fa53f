package dev.farsight.compute.nd4j.cpu;

/** Rows of float32 weights: plain copies. */
final class Fp32Rows implements SlotRows {

  private final RowMemory slots;
  private final int dim;
  private final float[] row;
  private int slot;

  Fp32Rows(RowMemory slots) {
    this.slots = slots;
    this.dim = slots.format().dim();
    this.row = new float[slots.format().words()];
  }

  @Override
  public void copyWeights(int slot, float[] into, int at) {
    slots.chunk(slot).get(slots.at(slot), into, at, dim);
  }

  @Override
  public void begin(long step, long[] rowIds) {}

  @Override
  public void take(int slot) {
    this.slot = slot;
    slots.chunk(slot).get(slots.at(slot), row, 0, row.length);
  }

  @Override
  public float[] row() {
    return row;
  }

  @Override
  public float[] weights() {
    return row;
  }

  @Override
  public int putBack(int number) {
    slots.chunk(slot).put(slots.at(slot), row, 0, row.length);
    return 0;
  }
}
