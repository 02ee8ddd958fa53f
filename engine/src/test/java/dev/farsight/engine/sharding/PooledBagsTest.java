package dev.farsight.engine.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a device sends and receives back in a step, if unique rows travel, and if sums of bags do.
 * Tables and bags of MLPerf's DLRM, rows by Zipf's law, 16,384 samples a device, rows of 128
 * weights in float32.
 */
class PooledBagsTest {

  private static final int[] CARDINALITIES = {
    40000000, 39060, 17295, 7424, 20265, 3, 7122, 1543, 63, 40000000, 3067956, 405282, 10, 2209,
    11938, 155, 4, 976, 14, 40000000, 40000000, 40000000, 590152, 12973, 108, 36
  };
  private static final int[] LOOKUPS = {
    3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1
  };
  private static final double EXPONENT = 1.05;
  private static final int SAMPLES = 16_384;
  private static final double MEGABYTES = 512 / 1e6;

  private static int uniqueRows(int feature, Random random) {
    double power = 1 - EXPONENT;
    double all = Math.pow(CARDINALITIES[feature] + 1., power) - 1;
    var rows = new int[SAMPLES * LOOKUPS[feature]];
    Arrays.setAll(rows, i -> (int) Math.pow(all * random.nextDouble() + 1, 1 / power));
    Arrays.sort(rows);
    return (int)
        IntStream.range(0, rows.length).filter(i -> i == 0 || rows[i] != rows[i - 1]).count();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 234.6, 109.1, 47.5, 75.2",
    "4, 351.9, 163.6, 71.3, 161.2",
    "8, 410.6, 190.8, 83.2, 251.6"
  })
  void sumsOfBagsTakeFewerBytesForLongBagsOfTablesOnOneDevice(
      int devices, double unique, double pooled, double fewer, double partial) {
    var random = new Random(1);
    int[] rows = IntStream.range(0, LOOKUPS.length).map(f -> uniqueRows(f, random)).toArray();
    // A device gets its weights from the others, and sends as many gradients.
    double others = (devices - 1.) / devices;
    double ofUnique = others * Arrays.stream(rows).sum() * MEGABYTES;
    // A table is on one device, which sends each of the others a sum for each of its samples.
    double ofPooled = others * LOOKUPS.length * SAMPLES * MEGABYTES;
    double ofFewer = others * Arrays.stream(rows).map(u -> Math.min(u, SAMPLES)).sum() * MEGABYTES;
    // Rows are divided by hash: each of the others sends a part of each sum.
    double ofPartial =
        Arrays.stream(rows).mapToDouble(u -> Math.min(others * u, (devices - 1.) * SAMPLES)).sum()
            * MEGABYTES;

    assertThat(new double[] {ofUnique, ofPooled, ofFewer, ofPartial})
        .containsExactly(new double[] {unique, pooled, fewer, partial}, within(.2));
  }
}
