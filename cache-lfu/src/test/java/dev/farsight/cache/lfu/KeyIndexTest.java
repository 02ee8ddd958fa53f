package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyIndexTest {

  @Test
  void findsWhatAMapFinds() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      long[] keys = new long[1 + random.nextInt(100)];
      var index = new KeyIndex(keys);
      Map<Long, Integer> oracle = new HashMap<>();
      for (int i = 0; i < 5000; i++) {
        int entry = random.nextInt(keys.length);
        if (oracle.remove(keys[entry], entry)) {
          index.remove(entry);
        } else {
          long key = random.nextLong(1000) << 50;
          if (oracle.putIfAbsent(key, entry) == null) {
            keys[entry] = key;
            index.add(entry);
          }
        }
        long asked = random.nextLong(1000) << 50;
        assertThat(index.find(asked))
            .as("seed %d, step %d", seed, i)
            .isEqualTo(oracle.getOrDefault(asked, KeyIndex.NONE));
      }
      assertThat(index.size()).as("seed %d", seed).isEqualTo(oracle.size());
    }
  }
}
