package dev.farsight.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctRowsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 8_192})
  void fewRowsAreCountedExactly(int distinct) {
    var rows = new DistinctRows();
    for (int time = 0; time < 3; time++) {
      for (long row = 0; row < distinct; row++) {
        rows.add(new long[] {row, row / 2, -1}, 2);
      }
    }
    assertThat(rows.estimate()).isEqualTo(distinct);
  }

  /** Seeds are fixed: the bound of the error is that of five standard deviations. */
  @ParameterizedTest
  @ValueSource(ints = {8_193, 50_000, 1_000_000})
  void manyRowsAreEstimated(int draws) {
    for (long seed = 0; seed < 5; seed++) {
      var random = new Random(seed);
      var rows = new DistinctRows();
      Set<Long> seen = new HashSet<>();
      for (int n = 0; n < draws; n++) {
        long row = random.nextInt(draws) * (seed + 1L);
        rows.add(new long[] {row}, 1);
        seen.add(row);
      }
      assertThat(rows.estimate()).as("seed %d", seed).isCloseTo(seen.size(), withinPercentage(10));
    }
  }
}
