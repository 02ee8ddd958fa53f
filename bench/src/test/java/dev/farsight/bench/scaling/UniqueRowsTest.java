package dev.farsight.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.datasets.synthetic.PowerLaw;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UniqueRowsTest {

  @Test
  void aTableOfOneRowHasOneUniqueRow() {
    assertThat(UniqueRows.expected(1, 1.05, 100)).isCloseTo(1, within(1e-12));
  }

  /** Ranks below 1 and below 3 of 3 rows and exponent 0 have 1/3 and all of the lookups. */
  @Test
  void twoLookupsOfThreeEquallyFrequentRows() {
    assertThat(UniqueRows.expected(3, 0, 2)).isCloseTo(3 * (1 - 4.0 / 9), within(1e-12));
    assertThat(UniqueRows.expected(3, 0, 2, 1)).isCloseTo(1 - 4.0 / 9, within(1e-12));
  }

  @Test
  void oneLookupHitsOneRow() {
    assertThat(UniqueRows.expected(10_131_227, 1.05, 1)).isCloseTo(1, within(1e-3));
  }

  /** Every row by itself, in a table with many stretches. */
  @Test
  void stretchesSumToWhatTheirRowsDo() {
    int rows = 3_000_000;
    var law = new PowerLaw(rows, 1.05);
    double exact = 0;
    for (int rank = 0; rank < rows; rank++) {
      exact += 1 - Math.pow(1 - law.probability(rank), 16_384);
    }
    assertThat(UniqueRows.expected(rows, 1.05, 16_384)).isCloseTo(exact, within(exact * 1e-4));
  }

  @Test
  void drawnRowsAreAsMany() {
    long seed = 7;
    int rows = 200_000;
    int lookups = 50_000;
    var random = new Random(seed);
    var drawn = new BitSet();
    for (int l = 0; l < lookups; l++) {
      // The inverse of F, as PowerLaw documents it.
      double span = Math.pow(rows + 1.0, -0.2) - 1;
      drawn.set((int) Math.pow(span * random.nextDouble() + 1, 1 / -0.2) - 1);
    }
    assertThat(UniqueRows.expected(rows, 1.2, lookups))
        .as("seed %d", seed)
        .isCloseTo(drawn.cardinality(), within(drawn.cardinality() * 0.02));
  }

  @Test
  void moreLookupsHitMoreRowsButLessThanInProportion() {
    double one = UniqueRows.expected(1_000_000, 1.05, 10_000);
    double two = UniqueRows.expected(1_000_000, 1.05, 20_000);

    assertThat(two).isGreaterThan(one).isLessThan(2 * one);
  }

  @Test
  void aSteeperLawHitsFewerRows() {
    assertThat(UniqueRows.expected(1_000_000, 1.2, 10_000))
        .isLessThan(UniqueRows.expected(1_000_000, 1.05, 10_000));
  }
}
