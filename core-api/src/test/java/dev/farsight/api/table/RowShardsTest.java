package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowShardsTest {

  @Test
  void sharesAreRangesOfShards() {
    long seed = 5;
    var random = new Random(seed);
    for (int shares : new int[] {1, 2, 3, 5, 7, 64, 1000, 1024}) {
      assertThat(RowShards.firstShard(0, shares)).isZero();
      assertThat(RowShards.firstShard(shares, shares)).isEqualTo(RowShards.COUNT);
      for (int i = 0; i < 10_000; i++) {
        long row = random.nextLong() >>> 1;
        int share = RowShards.share(row, shares);
        assertThat(RowShards.of(row))
            .as("seed %d, row %d of %d shares", seed, row, shares)
            .isBetween(
                RowShards.firstShard(share, shares), RowShards.firstShard(share + 1, shares) - 1);
      }
    }
  }

  @Test
  void spreadsNeighboursEvenly() {
    int[] rows = new int[RowShards.COUNT];
    for (long row = 0; row < 1 << 20; row++) {
      rows[RowShards.of(row)]++;
    }
    // 1,024 rows per shard on average; a deviation of 32 is usual, 200 is not.
    assertThat(Arrays.stream(rows).min().orElseThrow()).isGreaterThan(824);
    assertThat(Arrays.stream(rows).max().orElseThrow()).isLessThan(1224);
  }

  /** The formula as a device or another program computes it. */
  @Test
  void isTheTopOfTheDocumentedHash() {
    for (long row : new long[] {0, 1, 12_345, 1L << 40}) {
      long top = Long.divideUnsigned(InitialRows.mix64(row), 1L << 54);
      assertThat((long) RowShards.of(row)).isEqualTo(top);
    }
  }
}
