package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The products against plain loops in double, on parts of larger matrices. */
class OpenBlasTest {

  private static final int M = 37;
  private static final int N = 19;
  private static final int K = 23;
  private static final int LD = 64;

  private final NativeMemory memory = new NativeMemory();
  private final OpenBlas blas = new OpenBlas("auto");
  private final Random random = new Random(3);
  private final Matrix a = draw();
  private final Matrix b = draw();
  private final Matrix c = draw();

  private Matrix draw() {
    var matrix = memory.matrix(LD, LD);
    for (int i = 0; i < LD * LD; i++) {
      matrix.floats().put(i, random.nextFloat() - .5f);
    }
    return matrix;
  }

  @AfterEach
  void free() {
    memory.close();
  }

  /** An element of the expected product. */
  private interface Product {
    double at(int row, int column);
  }

  private static double get(Matrix matrix, int row, int column) {
    return matrix.floats().get(matrix.at(row) + column);
  }

  private void check(float[] before, float beta, int rows, int columns, Product expected) {
    for (int i = 0; i < LD; i++) {
      for (int j = 0; j < LD; j++) {
        double old = before[i * LD + j];
        double value = i < rows && j < columns ? expected.at(i, j) + beta * old : old;
        assertThat(get(c, i, j)).as("[%d][%d]", i, j).isCloseTo(value, within(1e-5));
      }
    }
  }

  private float[] before() {
    var values = new float[LD * LD];
    c.floats().get(0, values);
    return values;
  }

  private static double sum(int count, IntToDoubleFunction term) {
    return IntStream.range(0, count).mapToDouble(term).sum();
  }

  @Test
  void abT() {
    var before = before();
    blas.abT(M, N, K, a.pointer(0, 0), LD, b.pointer(0, 0), LD, 1f, c.pointer(0, 0), LD);
    check(before, 1, M, N, (i, j) -> sum(K, k -> get(a, i, k) * get(b, j, k)));
  }

  @Test
  void ab() {
    var before = before();
    blas.ab(M, N, K, a.pointer(0, 0), LD, b.pointer(0, 0), LD, 0f, c.pointer(0, 0), LD);
    check(before, 0, M, N, (i, j) -> sum(K, k -> get(a, i, k) * get(b, k, j)));
  }

  @Test
  void aTb() {
    var before = before();
    blas.aTb(M, N, K, a.pointer(0, 5), LD, b.pointer(0, 0), LD, 0f, c.pointer(0, 0), LD);
    check(before, 0, M, N, (i, j) -> sum(K, k -> get(a, k, i + 5) * get(b, k, j)));
  }

  @Test
  void aTx() {
    var before = before();
    blas.aTx(M, N, a.pointer(0, 0), LD, b.pointer(0, 0), c.pointer(0, 0));
    check(before, 0, 1, N, (i, j) -> sum(M, k -> get(a, k, j) * get(b, 0, k)));
  }
}
