package dev.farsight.compute.nd4j.cpu;

import org.bytedeco.javacpp.FloatPointer;

/**
 * {@code y = x W^T + b} with the same arithmetic for every sample, where BLAS does not compute all
 * rows of a product in the same way: the transposed product, whose columns are samples. Those
 * wanted lie between {@link OpenBlas#END_COLUMNS} others at either end, whose results are dropped.
 */
final class AlikeProduct {

  private final OpenBlas blas;
  private final DenseParameter bias;
  private final Matrix output;
  private final int in;
  private final int out;

  /** From {@link OpenBlas#END_COLUMNS} rows before every {@link EvaluationRows#WHOLE}-th row. */
  private final FloatPointer[] xBefore;

  private final FloatPointer weight;
  private final Room[] rooms;

  /** What one worker needs. */
  private static final class Room {

    /** [out][columns]. */
    final Matrix product;

    final FloatPointer start;
    final float[] values;
    final float[] bias;

    /** The output of one sample. */
    final float[] row;

    Room(int out, int columns, NativeMemory memory) {
      product = memory.matrix(out, columns);
      start = product.pointer(0, 0);
      values = new float[out * columns];
      bias = new float[out];
      row = new float[out];
    }
  }

  /**
   * @param bias null for none
   */
  AlikeProduct(
      DenseParameter weight, DenseParameter bias, Matrix input, Matrix output, StepParts parts) {
    this.blas = parts.blas();
    this.bias = bias;
    this.output = output;
    this.in = input.width();
    this.out = output.width();
    this.xBefore = input.every(EvaluationRows.WHOLE, -OpenBlas.END_COLUMNS);
    this.weight = weight.value().pointer(0, 0);
    this.rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      rooms[w] = new Room(out, columns(parts.tiling().size()), parts.memory());
    }
  }

  private static int columns(int rows) {
    return rows + 2 * OpenBlas.END_COLUMNS;
  }

  /**
   * Makes y for rows [from, from + rows).
   *
   * @param from a multiple of {@link EvaluationRows#WHOLE}
   */
  void forward(int from, int rows, Scratch scratch) {
    var room = rooms[scratch.worker()];
    int columns = columns(rows);
    if (bias != null) {
      bias.value().floats().get(0, room.bias);
    }
    blas.abT(
        out,
        columns,
        in,
        weight,
        in,
        xBefore[from / EvaluationRows.WHOLE],
        in,
        0f,
        room.start,
        columns);
    room.product.floats().get(0, room.values, 0, out * columns);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < out; o++) {
        room.row[o] = room.bias[o] + room.values[o * columns + OpenBlas.END_COLUMNS + r];
      }
      output.floats().put(output.at(from + r), room.row);
    }
  }
}
