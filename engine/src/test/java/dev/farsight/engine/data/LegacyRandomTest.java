package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LegacyRandomTest {

  private static final int[] BOUNDS = {
    1, 2, 3, 10, 63, 64, 65, 40_000_000, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE
  };

  @Test
  void isTheNaiveGenerator() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int run = 0; run < 20; run++) {
      int key = random.nextInt();
      var naive = new NaiveMultiHot(key);
      var drawn = new LegacyRandom(key);
      for (int call = 0; call < 20; call++) {
        int bound = BOUNDS[random.nextInt(BOUNDS.length)];
        int count = random.nextInt(400);
        var numbers = new int[count];
        drawn.draw(bound, numbers, count);
        for (int number : numbers) {
          assertThat(number).as("seed %d, bound %d", seed, bound).isEqualTo(naive.below(bound));
        }
      }
    }
  }

  /** The C++ standard has the generator of seed 5489, and gives its output number 10,000. */
  @Test
  void isTheGeneratorOfTheStandard() {
    var naive = new NaiveMultiHot(5489);
    long last = 0;
    for (int n = 0; n < 10_000; n++) {
      last = naive.next();
    }
    assertThat(last).isEqualTo(4_123_659_995L);
    var numbers = new int[10_000];
    new LegacyRandom(5489).draw(1 << 30, numbers, 10_000);
    assertThat(numbers[9999]).isEqualTo((int) (4_123_659_995L & ((1 << 30) - 1)));
  }
}
