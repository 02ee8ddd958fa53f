package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.data.ValueObserver.Values;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawValuesTest {

  /** Values of two features, of which half are the same, told by several threads. */
  private static RawValues told(int distinct, int threads) {
    var values = new RawValues(1, 2);
    var seen = new Values[threads];
    for (int t = 0; t < threads; t++) {
      seen[t] = values.values();
    }
    for (int i = 0; i < 2 * distinct; i++) {
      long value = new SplittableRandom(i % distinct).nextLong();
      seen[i % threads].categorical(0, value);
      seen[i * 7 % threads].categorical(1, i % 2 == 0 ? value : ~value);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 300, 3000})
  void fewValuesAreCounted(int distinct) {
    assertThat(told(distinct, 3).distinct(0)).isEqualTo(distinct);
  }

  @ParameterizedTest
  @ValueSource(ints = {10_000, 300_000})
  void manyValuesAreEstimated(int distinct) {
    RawValues one = told(distinct, 1);
    assertThat(one.distinct(0))
        .isCloseTo(distinct, within((long) (4 * RawValues.STANDARD_ERROR * distinct)));
    assertThat(one.distinct(0)).as("whatever the threads").isEqualTo(told(distinct, 4).distinct(0));
    int both = distinct + distinct / 2;
    assertThat(one.distinct(0, 1))
        .as("both features")
        .isCloseTo(both, within((long) (4 * RawValues.STANDARD_ERROR * both)));
  }

  @Test
  void missingValuesAreCounted() {
    var values = new RawValues(2, 2);
    Values one = values.values();
    Values other = values.values();
    one.dense(1, Double.NaN);
    other.dense(1, Double.NaN);
    other.dense(0, 3);
    one.missing(0);
    assertThat(values.missingDense(0)).isZero();
    assertThat(values.missingDense(1)).isEqualTo(2);
    assertThat(values.missing(0)).isEqualTo(1);
    assertThat(values.distinct(1)).isZero();
  }
}
