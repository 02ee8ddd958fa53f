package dev.farsight.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against sorted lists of the counts. */
class CountHistogramTest {

  private static int[] counts(SplittableRandom random) {
    int[] counts = new int[random.nextInt(1, 400)];
    int bound = List.of(2, 10, 1000, 70_000, Integer.MAX_VALUE).get(random.nextInt(5));
    Arrays.setAll(counts, i -> random.nextInt(3) == 0 ? 0 : random.nextInt(bound));
    return counts;
  }

  private static List<Long> sorted(int[] counts) {
    return Arrays.stream(counts)
        .filter(count -> count > 0)
        .mapToObj(count -> (long) count)
        .sorted(Collections.reverseOrder())
        .toList();
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void isWhatSortingTells() {
    long seed = System.nanoTime();
    for (int round = 0; round < 300; round++, seed++) {
      int[] counts = counts(new SplittableRandom(seed));
      assertSame(CountHistogram.of(counts), sorted(counts), seed);
    }
  }

  @Test
  void ofSeveralTables() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    int[] one = counts(random);
    int[] other = counts(random);
    int[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    assertSame(
        CountHistogram.of(List.of(CountHistogram.of(one), CountHistogram.of(other))),
        sorted(both),
        seed);
  }

  private static void assertSame(CountHistogram histogram, List<Long> sorted, long seed) {
    String of = "seed " + seed;
    assertThat(histogram.rows()).as(of).isEqualTo(sorted.size());
    assertThat(histogram.lookups()).as(of).isEqualTo(sum(sorted));
    for (int rank = 1; rank <= sorted.size(); rank++) {
      assertThat(histogram.countAt(rank)).as(of).isEqualTo(sorted.get(rank - 1));
    }
    for (int top : new int[] {0, 1, 3, 50, 1000}) {
      List<Long> first = sorted.subList(0, Math.min(top, sorted.size()));
      assertThat(histogram.top(top, count -> Math.sqrt((double) count)))
          .as(of)
          .isCloseTo(first.stream().mapToDouble(Math::sqrt).sum(), within(1e-6 * (1 + sum(first))));
      double share = sorted.isEmpty() ? 0 : (double) sum(first) / sum(sorted);
      assertThat(histogram.shareOfTop(top)).as(of).isCloseTo(share, within(1e-12));
    }
    for (long count : new long[] {1, 2, 70_000}) {
      assertThat(histogram.rowsWith(count)).as(of).isEqualTo(Collections.frequency(sorted, count));
      assertThat(histogram.rowsBelow(count))
          .as(of)
          .isEqualTo(sorted.stream().filter(c -> c < count).count());
    }
    assertLeastCount(histogram, sorted, of);
  }

  /** The largest count that the rule allows, and the least that tells the same rows apart. */
  private static void assertLeastCount(CountHistogram histogram, List<Long> sorted, String of) {
    for (double share : new double[] {0, .01, .2, 1}) {
      int best = 1;
      int apart = sorted.size();
      for (int least = 1; least <= 255; least++) {
        long limit = least;
        List<Long> below = sorted.stream().filter(count -> count < limit).toList();
        if (sum(below) <= share * sum(sorted) && sorted.size() - below.size() < apart) {
          apart = sorted.size() - below.size();
          best = least;
        }
      }
      assertThat(histogram.leastCount(share, 255)).as(of + ", share " + share).isEqualTo(best);
    }
  }
}
