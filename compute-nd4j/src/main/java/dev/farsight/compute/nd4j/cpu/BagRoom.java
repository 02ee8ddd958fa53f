package dev.farsight.compute.nd4j.cpu;

/** What one worker needs to pool bags. */
final class BagRoom {

  private final RowReader rows;
  private final float[] pooled;
  private final int[] unasked;

  private BagRoom(RowMemory rows, SlotRows slotRows) {
    int dim = rows.format().dim();
    this.rows = new RowReader(rows, slotRows);
    this.pooled = new float[dim];
    this.unasked = new int[dim];
  }

  /**
   * @param slotRows by worker
   */
  static BagRoom[] of(RowMemory rows, SlotRows[] slotRows) {
    var rooms = new BagRoom[slotRows.length];
    for (int w = 0; w < rooms.length; w++) {
      rooms[w] = new BagRoom(rows, slotRows[w]);
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
