package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.random.CounterRandom;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowWeightsTest {

  private static RowBuffer rows(Precision precision, int dim) {
    var format = new RowFormat(dim, precision, List.of(new StatePart("s", 2, 7)));
    return RowBuffer.allocate(format, 3, HostBuffers.plain());
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void weightsLieOneAfterTheOther(Precision precision) {
    for (int dim : new int[] {1, 2, 5, 8}) {
      RowBuffer rows = rows(precision, dim);
      var weights = new float[dim];
      for (int d = 0; d < dim; d++) {
        weights[d] = (d % 2 == 0 ? 1 : -1) * (d + .25f);
      }
      var access = new RowWeights(rows.format());
      assertThat(access.putNearest(rows.floats(1), rows.wordAt(1), weights)).isZero();
      for (int d = 0; d < dim; d++) {
        int position = rows.byteAt(1) + d * precision.bytes();
        float stored =
            precision == Precision.FP32
                ? rows.bytes(1).getFloat(position)
                : HalfPrecision.widen(precision, rows.bytes(1).getShort(position));
        assertThat(stored).isEqualTo(weights[d]);
      }
      var read = new float[dim];
      access.get(rows.floats(1), rows.wordAt(1), read);
      assertThat(read).isEqualTo(weights);
      for (int word = rows.format().stateWord(); word < rows.format().words(); word++) {
        assertThat(rows.floats(1).get(rows.wordAt(1) + word)).as("state is left alone").isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void stochasticRoundingTakesTheBitsOfRowAndStep(Precision precision) {
    RowBuffer rows = rows(precision, 5);
    float[] weights = {.1f, -.2f, 1e30f, 70_000, 1e-7f};
    long key = RowWeights.key(RowWeights.stepKey(3, 44), 1L << 40);
    var access = new RowWeights(rows.format());
    int saturated = access.putStochastic(rows.floats(0), 0, weights, key);
    assertThat(saturated).isEqualTo(precision == Precision.FP16 ? 2 : 0);
    for (int d = 0; d < 5; d++) {
      assertThat(rows.bytes(0).getShort(2 * d))
          .isEqualTo(HalfPrecision.stochastic(precision, weights[d], CounterRandom.bits(key, d)));
    }
    assertThat(rows.bytes(0).getShort(10)).as("padding").isZero();
    assertThat(RowWeights.key(RowWeights.stepKey(3, 45), 1L << 40)).isNotEqualTo(key);
    assertThat(RowWeights.key(RowWeights.stepKey(4, 44), 1L << 40)).isNotEqualTo(key);
    assertThat(RowWeights.key(RowWeights.stepKey(3, 44), 1)).isNotEqualTo(key);
  }
}
