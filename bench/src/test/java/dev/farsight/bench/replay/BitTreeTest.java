package dev.farsight.bench.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitTreeTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 4096, 4097, 300_000})
  void findsWhatASortedSetFinds(int size) {
    var random = new Random(size);
    var tree = new BitTree(size);
    var set = new TreeSet<Integer>();
    for (int step = 0; step < 20_000; step++) {
      int number = random.nextInt(size);
      if (random.nextBoolean()) {
        tree.add(number);
        set.add(number);
      } else {
        tree.remove(number);
        set.remove(number);
      }
      int limit = random.nextInt(size + 1);
      Integer below = set.lower(limit);
      assertThat(tree.below(limit)).as("step %d", step).isEqualTo(below == null ? -1 : below);
    }
    tree.clear();
    assertThat(tree.below(size)).isEqualTo(-1);
  }
}
