package dev.farsight.compute.nd4j.cpu;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The dot interaction, one small product for each sample: with V of [F+1][D] holding x and the
 * bag's rows, forward takes the upper triangle of V V^T; backward makes the symmetric G of the
 * products' gradients, and G V is V's.
 */
final class PairwiseKernel implements Kernel {

  private final OpenBlas blas;
  private final Matrix x;
  private final Matrix bag;
  private final Value value;
  private final Sink toX;
  private final Sink toBag;
  private final int vectors;
  private final int dim;
  private final Room[] rooms;

  /** What one worker needs for one sample. */
  private static final class Room {

    final Matrix vectors;
    final FloatPointer v;
    final FloatPointer dv;
    final FloatPointer products;
    final FloatBuffer dvFloats;
    final FloatBuffer productFloats;
    final float[] square;
    final float[] row;

    Room(int vectors, int dim, int width, NativeMemory memory) {
      this.vectors = memory.matrix(vectors, dim);
      var gradient = memory.matrix(vectors, dim);
      var product = memory.matrix(vectors, vectors);
      v = this.vectors.pointer(0, 0);
      dv = gradient.pointer(0, 0);
      dvFloats = gradient.floats();
      products = product.pointer(0, 0);
      productFloats = product.floats();
      square = new float[vectors * vectors];
      row = new float[width];
    }
  }

  PairwiseKernel(OpValues values, StepParts parts) {
    this.blas = parts.blas();
    this.x = values.input(0);
    this.bag = values.input(1);
    this.value = values.value();
    this.toX = values.toInput(0);
    this.toBag = values.toInput(1);
    this.dim = x.width();
    this.vectors = bag.width() / dim + 1;
    this.rooms = new Room[parts.workers()];
    for (int w = 0; w < rooms.length; w++) {
      rooms[w] = new Room(vectors, dim, value.output().width(), parts.memory());
    }
  }

  @Override
  public void forward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var output = value.output();
    float[] square = room.square;
    float[] row = room.row;
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      collect(s, room);
      blas.abT(vectors, vectors, dim, room.v, dim, room.v, dim, 0f, room.products, vectors);
      room.productFloats.get(0, square, 0, square.length);
      room.vectors.floats().get(0, row, 0, dim);
      int to = dim;
      for (int i = 0; i < vectors - 1; i++) {
        int length = vectors - 1 - i;
        System.arraycopy(square, i * vectors + i + 1, row, to, length);
        to += length;
      }
      output.floats().put(output.at(s), row, 0, row.length);
    }
  }

  @Override
  public void backward(Tile tile, Scratch scratch) {
    var room = rooms[scratch.worker()];
    var gradient = value.gradient();
    float[] row = room.row;
    int end = tile.from + tile.samples();
    for (int s = tile.from; s < end; s++) {
      collect(s, room);
      gradient.floats().get(gradient.at(s), row, 0, row.length);
      mirror(row, room.square);
      room.productFloats.put(0, room.square, 0, room.square.length);
      blas.ab(vectors, dim, vectors, room.products, vectors, room.v, dim, 0f, room.dv, dim);
      if (toX.wanted()) {
        int at = toX.into().at(s);
        toX.put(at, room.dvFloats, 0, dim, scratch);
        toX.add(at, row, dim, scratch.b());
      }
      if (toBag.wanted()) {
        toBag.put(toBag.into().at(s), room.dvFloats, dim, (vectors - 1) * dim, scratch);
      }
    }
  }

  private void collect(int sample, Room room) {
    var v = room.vectors.floats();
    v.put(0, x.floats(), x.at(sample), dim);
    v.put(dim, bag.floats(), bag.at(sample), bag.width());
  }

  /** G: the gradient of product (i, j) at both (i, j) and (j, i), and 0 on the diagonal. */
  private void mirror(float[] row, float[] square) {
    int from = dim;
    for (int i = 0; i < vectors; i++) {
      square[i * vectors + i] = 0f;
      int length = vectors - 1 - i;
      int right = i * vectors + i + 1;
      System.arraycopy(row, from, square, right, length);
      for (int down = right + vectors - 1, j = 0; j < length; j++, down += vectors) {
        square[down] = row[from + j];
      }
      from += length;
    }
  }
}
