package dev.farsight.reading.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RowPartsTest {

  private static final int MOST = 300_000;

  /** Stretches of rows of one part, and of mixed ones. */
  private static boolean[] random(SplittableRandom random) {
    var evaluated = new boolean[random.nextInt(1, MOST)];
    for (int row = 0; row < evaluated.length; ) {
      int end = Math.min(evaluated.length, row + random.nextInt(1, 150_000));
      int share = random.nextInt(4);
      for (; row < end; row++) {
        evaluated[row] = random.nextInt(3) < share;
      }
    }
    return evaluated;
  }

  @Test
  void isWhatAnArrayIs() {
    long seed = System.nanoTime();
    for (int round = 0; round < 20; round++, seed++) {
      var random = new SplittableRandom(seed);
      boolean[] evaluated = random(random);
      var parts = new RowParts();
      for (boolean row : evaluated) {
        parts.add(row);
      }
      parts.end();
      assertThat(parts.rows()).as("seed %d", seed).isEqualTo(evaluated.length);
      for (boolean part : new boolean[] {false, true}) {
        long[] of =
            LongStream.range(0, evaluated.length).filter(r -> evaluated[(int) r] == part).toArray();
        assertThat(parts.rows(part)).as("seed %d", seed).isEqualTo(of.length);
        check(parts, part, of, random, seed);
      }
    }
  }

  private static void check(
      RowParts parts, boolean part, long[] of, SplittableRandom random, long seed) {
    for (int i = 0; i < 50; i++) {
      int position = random.nextInt(of.length + 1);
      long expected = position == of.length ? parts.rows() : of[position];
      assertThat(parts.at(part, position)).as("seed %d", seed).isEqualTo(expected);
      long from = position == 0 ? 0 : of[position - 1] + 1;
      long row = random.nextLong(from, expected + 1);
      assertThat(parts.next(part, row)).as("seed %d", seed).isEqualTo(expected);
    }
    assertThat(parts.at(part, of.length)).isEqualTo(parts.rows());
    assertThat(parts.next(part, parts.rows())).isEqualTo(parts.rows());
  }
}
