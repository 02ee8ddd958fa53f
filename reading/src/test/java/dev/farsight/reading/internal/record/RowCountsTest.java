package dev.farsight.reading.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.concurrent.Workers;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCountsTest {

  /** Threads that count the same few rows lose nothing. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, 128, 255})
  void threadsCountExactly(int enough) {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    int rows = 70;
    int[] lookups = random.ints((long) rows * enough, 0, rows).toArray();
    var counts = new RowCounts(rows, enough);
    try (var team = new Workers("count", 4)) {
      team.run(lookups.length, (i, worker) -> counts.accept(lookups[i]));
    }
    KeptRows kept = counts.frequent();
    for (int row = 0; row < rows; row++) {
      int of = row;
      long times = IntStream.of(lookups).filter(lookup -> lookup == of).count();
      assertThat(kept.of(row))
          .as("seed %d, row %d, %d times", seed, row, times)
          .isEqualTo(row == 0 || times >= enough ? row : rows);
    }
  }

  @Test
  void keptRowsAreASetOfWhichZeroIsAlwaysPart() {
    for (int rows : new int[] {1, 2, 63, 64, 65, 128, 129}) {
      var last = new BitSet();
      last.set(rows - 1);
      var kept = new KeptRows(rows, last);
      assertThat(kept.size()).isEqualTo(rows == 1 ? 1 : 2);
      assertThat(kept.of(0)).isZero();
      assertThat(kept.of(rows - 1)).isEqualTo(rows - 1);
      var none = new KeptRows(rows, new BitSet());
      assertThat(none.bits().cardinality()).isEqualTo(1);
      assertThat(none.or(kept).bits()).isEqualTo(kept.bits());
      for (int row = 1; row < rows - 1; row++) {
        assertThat(kept.of(row)).isEqualTo(rows);
      }
    }
  }
}
