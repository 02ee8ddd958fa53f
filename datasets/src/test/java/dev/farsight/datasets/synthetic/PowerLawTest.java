package dev.farsight.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PowerLawTest {

  /** The formula as the benchmark scripts have it. */
  private static int formula(int rows, double exponent, double u) {
    double power = 1 - exponent;
    double x =
        power == 0
            ? Math.pow(rows + 1.0, u)
            : Math.pow((Math.pow(rows + 1.0, power) - 1) * u + 1, 1 / power);
    return (int) Math.max(0, Math.min((long) x - 1, rows - 1));
  }

  @Test
  void ranksFollowTheFormula() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int rows : new int[] {1, 2, 3, 1460, 16_384, 16_385, 10_131_227, Integer.MAX_VALUE}) {
      for (double exponent : new double[] {0, 0.5, 1, 1.05, 2}) {
        var law = new PowerLaw(rows, exponent);
        int differ = 0;
        for (int i = 0; i < 2000; i++) {
          double u = random.nextDouble();
          int rank = law.rank(u);
          int expected = formula(rows, exponent, u);
          assertThat(Math.abs((double) rank - expected))
              .as("rows %d, exponent %s, u %s, seed %d", rows, exponent, u, seed)
              .isLessThanOrEqualTo(1 + expected * 1e-9);
          differ += rank == expected ? 0 : 1;
        }
        // Only a u that lies on the edge between two ranks may differ by rounding.
        assertThat(differ).as("rows %d, exponent %s, seed %d", rows, exponent, seed).isLessThan(5);
        assertThat(law.rank(0)).isZero();
        assertThat(law.rank(Math.nextDown(1.0))).isLessThan(rows);
      }
    }
  }

  /** The quick ways to a rank give what the plain computation gives, to the last one. */
  @Test
  void ranksAreThoseOfStrictMath() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int rows : new int[] {3, 16_384, 20_000, 40_000_000, Integer.MAX_VALUE}) {
      for (double exponent : new double[] {0, 0.7, 1, 1.05, 3}) {
        var law = new PowerLaw(rows, exponent);
        for (int i = 0; i < 20_000; i++) {
          double u = random.nextDouble();
          assertThat(law.rank(u))
              .as("rows %d, exponent %s, u %s, seed %d", rows, exponent, u, seed)
              .isEqualTo(strictRank(law, rows, exponent, u));
        }
      }
    }
  }

  private static int strictRank(PowerLaw law, int rows, double exponent, double u) {
    int head = law.head();
    if (head == rows || u < law.below(head)) {
      int low = 0;
      int high = head;
      while (high - low > 1) {
        int middle = (low + high) / 2;
        if (law.below(middle) <= u) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }
    double power = 1 - exponent;
    double x =
        power == 0
            ? StrictMath.exp(StrictMath.log(rows + 1.0) * u)
            : StrictMath.exp(
                StrictMath.log((StrictMath.pow(rows + 1.0, power) - 1) * u + 1) / power);
    return (int) Math.max(head, Math.min(x - 1, rows - 1));
  }

  @Test
  void everyRankHasAnIndexOfItsOwn() {
    for (int rows : new int[] {1, 2, 1460, 100_000}) {
      var law = new PowerLaw(rows, 1.05);
      var seen = new BitSet();
      for (int rank = 0; rank < rows; rank++) {
        seen.set(law.index(rank));
        assertThat(law.index(rank)).isEqualTo((int) (rank * 2654435761L % rows));
      }
      assertThat(seen.cardinality()).isEqualTo(rows);
      assertThat(seen.length()).isEqualTo(rows);
    }
  }

  @Test
  void indicesAreScattered() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      int rows = random.nextInt(1, 1 << random.nextInt(1, 31));
      var law = new PowerLaw(rows, 1);
      for (int j = 0; j < 20; j++) {
        int rank = j == 0 ? rows - 1 : random.nextInt(rows);
        assertThat(law.index(rank))
            .as("rows %d, rank %d, seed %d", rows, rank, seed)
            .isEqualTo((int) (rank * 2654435761L % rows));
      }
    }
  }

  @Test
  void frequenciesMatchTheProbabilities() {
    long seed = 20260101;
    int rows = 50_000;
    int draws = 400_000;
    var law = new PowerLaw(rows, 1.05);
    var random = new SplittableRandom(seed);
    // Bins of doubling width, so that each expects enough.
    int bins = 17;
    var seen = new int[bins];
    for (int i = 0; i < draws; i++) {
      seen[
          Math.min(
              bins - 1, 31 - Integer.numberOfLeadingZeros(law.rank(random.nextDouble()) + 1))]++;
    }
    double chiSquare = 0;
    double total = 0;
    for (int b = 0; b < bins; b++) {
      double chance = 0;
      double from = (1 << b) - 1.0;
      double to = b == bins - 1 ? rows : Math.min(rows, (1 << (b + 1)) - 1.0);
      if (from >= rows) {
        continue;
      }
      double power = -0.05;
      chance =
          (Math.pow(to + 1, power) - Math.pow(from + 1, power)) / (Math.pow(rows + 1, power) - 1);
      total += chance;
      double expected = chance * draws;
      chiSquare += (seen[b] - expected) * (seen[b] - expected) / expected;
    }
    assertThat(total).isCloseTo(1, within(1e-9));
    // 15 degrees of freedom: the 99.99 % quantile is 44.
    assertThat(chiSquare).as("seed %d", seed).isLessThan(44);
  }
}
