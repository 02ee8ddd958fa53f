package dev.farsight.testkit.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random operations in a random order, the same for the same seed. */
final class RandomCalls {

  private RandomCalls() {}

  static List<RandomCall> of(long seed, int ranks, int count) {
    var random = new Random(seed);
    var calls = new ArrayList<RandomCall>();
    for (int call = 0; call < count; call++) {
      // A few large ones, so that values come in several blocks.
      int size = random.nextInt(12) == 0 ? 150_000 : 1 + random.nextInt(60);
      calls.add(
          switch (random.nextInt(8)) {
            case 0 -> RandomReduction.scatter(random, ranks, size);
            case 1 -> RandomReduction.all(random, ranks, size);
            case 2 -> RandomReduction.counters(random, ranks, size);
            case 3 -> RandomReduction.maxima(random, ranks, size);
            case 4 -> RandomExchange.gather(random, ranks, size);
            case 5 -> RandomExchange.broadcast(random, ranks, size);
            case 6 -> end -> end.barrier();
            default -> RandomExchange.allToAll(random, ranks, size);
          });
    }
    return calls;
  }

  /** Sizes from 0, with many zeros. */
  static int size(Random random, int most) {
    return random.nextInt(4) == 0 ? 0 : random.nextInt(most + 1);
  }

  /** Starts of pieces of random sizes, from a random first start. */
  static int[] starts(Random random, int ranks, int most) {
    var starts = new int[ranks + 1];
    starts[0] = random.nextInt(3);
    for (int piece = 0; piece < ranks; piece++) {
      starts[piece + 1] = starts[piece] + size(random, most);
    }
    return starts;
  }
}
