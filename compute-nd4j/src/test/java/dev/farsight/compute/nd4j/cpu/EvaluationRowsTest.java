package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationRowsTest {

  @Test
  void takesTheFewestRowsThatHoldTheSamples() {
    var rows = new EvaluationRows(128, count -> count == 4 || count == 12 || count == 128);
    assertThat(rows.of(1)).isEqualTo(4);
    assertThat(rows.of(4)).isEqualTo(4);
    assertThat(rows.of(5)).isEqualTo(12);
    assertThat(rows.of(13)).isEqualTo(64);
    assertThat(rows.of(64)).isEqualTo(64);
    assertThat(rows.of(65)).isEqualTo(128);
    assertThat(rows.of(128)).isEqualTo(128);
  }

  @Test
  void takesProductsOfWholeRowsIfNothingElseIsTheSame() {
    var rows = new EvaluationRows(128, count -> false);
    for (int samples = 1; samples <= 128; samples++) {
      assertThat(rows.of(samples)).isEqualTo(64);
    }
  }

  /** Other matrices than the trial's: a product's rows are those that it has among whole ones. */
  @ParameterizedTest
  @CsvSource({
    "13, 512, 64", "512, 256, 64", "256, 64, 128", "64, 16, 128", "64, 32, 64", "367, 512, 128",
    "512, 1, 64", "2, 1, 64", "1, 1, 128", "385, 17, 64", "900, 300, 128", "1024, 40, 64"
  })
  void whatTheTrialFindsHoldsForOtherMatrices(int in, int out, int tile) {
    var blas = new OpenBlas("auto");
    if (!blas.rowsAlike()) {
      return; // SmallEvaluationTest covers these kernel sets
    }
    var found = blas.evaluationRows(new RowTrial.Shape(in, out, true, tile));
    try (var memory = new NativeMemory()) {
      var random = new Random(in * 31L + out);
      var x = memory.matrix(tile, in);
      var weight = memory.matrix(out, in);
      var whole = memory.matrix(tile, out);
      var part = memory.matrix(tile, out);
      for (int round = 0; round < 2; round++) {
        draw(x, tile * in, random);
        draw(weight, out * in, random);
        product(blas, 64, x, weight, whole);
        for (int samples = 1; samples <= 64; samples += 1 + samples / 8) {
          int rows = found.of(samples);
          product(blas, rows, x, weight, part);
          int different = 0;
          for (int i = 0; i < samples * out; i++) {
            different += part.floats().get(i) == whole.floats().get(i) ? 0 : 1;
          }
          assertThat(different).as("of %d values, round %d", samples * out, round).isZero();
        }
      }
    }
  }

  private static void product(OpenBlas blas, int rows, Matrix x, Matrix weight, Matrix y) {
    int in = x.width();
    int out = y.width();
    for (int i = 0; i < rows * out; i++) {
      y.floats().put(i, .25f);
    }
    blas.abT(
        rows, out, in, x.pointer(0, 0), in, weight.pointer(0, 0), in, 1f, y.pointer(0, 0), out);
  }

  /** As activations and weights are: of very different sizes, many of them 0. */
  private static void draw(Matrix matrix, int count, Random random) {
    for (int i = 0; i < count; i++) {
      double value = random.nextInt(3) == 0 ? 0 : random.nextGaussian();
      matrix.floats().put(i, (float) (value * Math.exp(4 * random.nextGaussian())));
    }
  }
}
