package dev.farsight.compute.nd4j.cpu;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Finds by trial which numbers of rows give the same bits as {@link EvaluationRows#WHOLE}, for
 * products of one shape with the kernels in use. Products of random matrices are compared value by
 * value. Which kernels BLAS takes, and the order in which they add, depends on the shape alone, so
 * what holds for some matrices holds for all; a number that a single value speaks against is out.
 *
 * <p><b>Cost.</b> The work of some 800 samples in that layer, and that of drawing its weights three
 * times: 10 ms for a layer of 512 to 512. Memory for the weights and a few tiles, until the trial
 * ends.
 */
final class RowTrial implements AutoCloseable {

  /** The numbers of rows that are tried, beside that of a tile. */
  private static final int[] CANDIDATES = {1, 2, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48};

  private static final int DRAWS = 3;

  /** Values that are compared for each candidate and draw, if there are as many. */
  private static final int ENOUGH = 1024;

  /**
   * A product with a weight of [out][in].
   *
   * @param biased whether it is added to a bias
   * @param tile most rows, a multiple of {@link EvaluationRows#WHOLE}
   */
  record Shape(int in, int out, boolean biased, int tile) {}

  private final OpenBlas blas;
  private final Shape shape;
  private final NativeMemory memory = new NativeMemory();
  private final int margin;
  private final Matrix x;
  private final Matrix weight;
  private final Matrix output;
  private final float[] bias;

  private RowTrial(OpenBlas blas, Shape shape) {
    this.blas = blas;
    this.shape = shape;
    this.margin = blas.rowsAlike() ? 0 : OpenBlas.END_COLUMNS;
    this.x = memory.matrix(shape.tile, shape.in, margin);
    this.weight = memory.matrix(shape.out, shape.in);
    this.output = memory.matrix(shape.tile + 2 * margin, shape.out);
    this.bias = new float[shape.out];
  }

  static EvaluationRows of(OpenBlas blas, Shape shape) {
    try (var trial = new RowTrial(blas, shape)) {
      var same = trial.run(new SplittableRandom(1));
      return new EvaluationRows(shape.tile, same::get);
    }
  }

  /** The numbers of rows that give the same bits. */
  private BitSet run(SplittableRandom random) {
    var same = new BitSet();
    for (int rows : CANDIDATES) {
      same.set(rows);
    }
    same.set(shape.tile);
    float[] expected = new float[shape.tile * shape.out];
    for (int draw = 0; draw < DRAWS; draw++) {
      fill(x, random);
      fill(weight, random);
      for (int o = 0; o < shape.out && shape.biased; o++) {
        bias[o] = draw(random);
      }
      for (int from = 0; from < shape.tile; from += EvaluationRows.WHOLE) {
        product(from, EvaluationRows.WHOLE, expected);
      }
      for (int rows = same.nextSetBit(0); rows >= 0; rows = same.nextSetBit(rows + 1)) {
        same.set(rows, givesTheSame(rows, expected));
      }
    }
    return same;
  }

  /** Compares products of the first rows, of those after them, and so on until it is enough. */
  private boolean givesTheSame(int rows, float[] expected) {
    float[] values = new float[expected.length];
    int end = 0;
    while (end + rows <= shape.tile && end * shape.out < ENOUGH) {
      product(end, rows, values);
      end += rows;
    }
    return Arrays.equals(values, 0, end * shape.out, expected, 0, end * shape.out);
  }

  /** As evaluations make it, to {@code [row][out]} of the target. */
  private void product(int from, int rows, float[] target) {
    int in = shape.in;
    int out = shape.out;
    int columns = rows + 2 * margin;
    var floats = output.floats();
    for (int r = 0; r < rows; r++) {
      floats.put(output.at(r), bias);
    }
    try (var first = x.pointer(from - margin, 0);
        var w = weight.pointer(0, 0);
        var y = output.pointer(0, 0)) {
      if (blas.rowsAlike()) {
        blas.abT(rows, out, in, first, in, w, in, shape.biased ? 1f : 0f, y, out);
        floats.get(0, target, from * out, rows * out);
      } else {
        blas.abT(out, columns, in, w, in, first, in, 0f, y, columns);
        for (int i = 0; i < rows * out; i++) {
          target[from * out + i] = floats.get(i % out * columns + margin + i / out);
        }
      }
    }
  }

  private static float draw(SplittableRandom random) {
    return (float) random.nextDouble() - .5f;
  }

  private static void fill(Matrix matrix, SplittableRandom random) {
    var floats = matrix.floats();
    float[] row = new float[matrix.width()];
    for (int at = 0; at < floats.capacity(); at += row.length) {
      for (int i = 0; i < row.length; i++) {
        row[i] = draw(random);
      }
      floats.put(at, row);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
