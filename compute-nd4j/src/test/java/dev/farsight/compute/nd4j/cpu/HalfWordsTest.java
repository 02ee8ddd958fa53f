package dev.farsight.compute.nd4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.table.HalfPrecision;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HalfWordsTest {

  private static final int HALVES = 1 << 16;

  /** Alone, in both halves of a word, and between numbers that need no care. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void everyNumberIsWidened(Precision precision) {
    short one = HalfPrecision.nearest(precision, 1);
    var words = new float[2];
    var into = new float[5];
    for (int h = 0; h < HALVES; h++) {
      float expected = HalfPrecision.widen(precision, (short) h);
      words[0] = Float.intBitsToFloat((one & 0xFFFF) | (h << 16));
      words[1] = Float.intBitsToFloat(h);
      HalfWords.widen(precision, words, into, 1, 3);
      assertThat(into[1]).isEqualTo(1);
      assertSame(into[2], expected);
      assertSame(into[3], expected);
      words[0] = Float.intBitsToFloat(h);
      HalfWords.widen(precision, words, into, 0, 1);
      assertSame(into[0], expected);
    }
  }

  private static void assertSame(float actual, float expected) {
    assertThat(Float.floatToIntBits(actual)).isEqualTo(Float.floatToIntBits(expected));
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void rowsOfAnyLengthAreWidenedAsTheirFormatSays(Precision precision) {
    long seed = 7;
    var random = new Random(seed);
    for (int dim = 1; dim < 70; dim++) {
      var format = new RowFormat(dim, precision, List.of());
      var rows = new RowWeights(format);
      var weights = new float[dim];
      for (int d = 0; d < dim; d++) {
        weights[d] = random.nextInt(9 * dim) == 0 ? 0 : random.nextFloat() - .5f;
      }
      var words = new float[format.words()];
      rows.putNearest(FloatBuffer.wrap(words), 0, weights);
      var expected = new float[dim];
      rows.get(FloatBuffer.wrap(words), 0, expected);
      var actual = new float[dim];
      HalfWords.widen(precision, words, actual, 0, dim);
      assertThat(actual).as("seed %d, %d weights", seed, dim).isEqualTo(expected);
    }
  }
}
