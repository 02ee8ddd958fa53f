package dev.farsight.compute.nd4j.cpu;

/**
 * What one worker needs to pool bags.
 *
 * @param rows reads the rows
 * @param pooled the vector of a bag, so far
 * @param unnoted room for the winners of one bag that nobody asks for
 */
record BagRoom(RowReader rows, float[] pooled, int[] unnoted) {

  static BagRoom[] of(CpuSlots slots, int workers) {
    int dim = slots.format().dim();
    var rooms = new BagRoom[workers];
    for (int w = 0; w < workers; w++) {
      rooms[w] = new BagRoom(new RowReader(slots), new float[dim], new int[dim]);
    }
    return rooms;
  }
}
