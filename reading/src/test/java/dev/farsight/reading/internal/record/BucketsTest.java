package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.reading.CategoricalColumn;
import dev.farsight.reading.DenseColumn;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private static final CategoricalColumn COUNTS = Buckets.of(new DenseColumn("n", true, List.of()));
  private static final CategoricalColumn DECIMALS = Buckets.of(DenseColumn.plain("d"));

  private static int bucket(CategoricalColumn column, String text) {
    return column.index(text.getBytes(US_ASCII), 0, text.length());
  }

  /** The rule as the documentation has it. */
  private static int documented(double x) {
    return x <= 2
        ? 17 + (int) Math.max(Math.floor(x), -16)
        : 20 + (int) Math.min(Math.floor(Math.pow(Math.log(x), 2)), 491);
  }

  @Test
  void followsTheRule() {
    assertThat(bucket(COUNTS, "")).isZero();
    assertThat(bucket(DECIMALS, "")).isZero();
    assertThat(COUNTS.table().rows()).isEqualTo(512);
    for (int n = -30; n < 10_000; n++) {
      assertThat(bucket(COUNTS, "" + n)).as("%d", n).isEqualTo(documented(n)).isBetween(1, 511);
      assertThat(bucket(DECIMALS, "" + n)).isEqualTo(documented(n));
    }
    assertThat(bucket(COUNTS, "-9223372036854775808")).isEqualTo(1);
    assertThat(bucket(COUNTS, "9223372036854775807")).isEqualTo(511);
    assertThat(bucket(DECIMALS, "3.4e38")).isEqualTo(511);
    assertThat(bucket(DECIMALS, "-3.4e38")).isEqualTo(1);
    assertThat(bucket(DECIMALS, "1.5")).isEqualTo(18);
    assertThat(bucket(DECIMALS, "2.0000001")).isEqualTo(20);
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      double x = (random.nextDouble() - 0.3) * Math.pow(10, random.nextInt(12));
      assertThat(bucket(DECIMALS, "" + x)).as("seed %d, %s", seed, x).isEqualTo(documented(x));
    }
  }
}
