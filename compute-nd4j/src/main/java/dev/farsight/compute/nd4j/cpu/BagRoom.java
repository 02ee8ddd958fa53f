package dev.farsight.compute.nd4j.cpu;

/** What one worker needs to pool bags. */
final class BagRoom {

  private final RowReader rows;
  private final float[] pooled;
  private final int[] unasked;

  private BagRoom(CpuSlots slots) {
    int dim = slots.format().dim();
    this.rows = new RowReader(slots);
    this.pooled = new float[dim];
    this.unasked = new int[dim];
  }

  static BagRoom[] of(CpuSlots slots, int workers) {
    var rooms = new BagRoom[workers];
    for (int w = 0; w < workers; w++) {
      rooms[w] = new BagRoom(slots);
    }
    return rooms;
  }

  /** Reads the rows of lookups. */
  RowReader rows() {
    return rows;
  }

  /** The vector of a bag, so far. */
  float[] pooled() {
    return pooled;
  }

  /** The winners of a bag that nobody asks for. */
  int[] unasked() {
    return unasked;
  }
}
