package dev.farsight.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestTest {

  @Test
  void findsTheMostSimilarName() {
    var names = List.of("lfu", "lru", "frequency", "sieve");
    assertThat(Nearest.to("lfuu", names)).contains("lfu");
    assertThat(Nearest.to("frequncy", names)).contains("frequency");
    assertThat(Nearest.to("seive", names)).contains("sieve");
    assertThat(Nearest.to("LRU", names)).as("another case").contains("lru");
    assertThat(Nearest.to("Freqency", names)).contains("frequency");
    assertThat(Nearest.to("arc", names)).isEmpty();
    assertThat(Nearest.to("x", names)).isEmpty();
    assertThat(Nearest.to("lxu", names)).as("first of equals").contains("lfu");
    assertThat(Nearest.to("lfu", List.of())).isEmpty();
  }

  @Test
  void countsEdits() {
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("abc", "")).isEqualTo(3);
    assertThat(Nearest.distance("polcy", "policy")).isEqualTo(1);
    assertThat(Nearest.distance("cahce", "cache")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void agreesWithTheRecursiveDefinition() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      String a = word(random);
      String b = word(random);
      assertThat(Nearest.distance(a, b)).as("seed %d: %s %s", seed, a, b).isEqualTo(naive(a, b));
    }
  }

  private static String word(Random random) {
    var word = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      word.append("abc".charAt(random.nextInt(3)));
    }
    return word.toString();
  }

  private static int naive(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    String shortA = a.substring(1);
    String shortB = b.substring(1);
    int least = naive(shortA, shortB) + (a.charAt(0) == b.charAt(0) ? 0 : 1);
    least = Math.min(least, 1 + Math.min(naive(shortA, b), naive(a, shortB)));
    if (a.length() > 1
        && b.length() > 1
        && a.charAt(0) == b.charAt(1)
        && a.charAt(1) == b.charAt(0)) {
      least = Math.min(least, 1 + naive(a.substring(2), b.substring(2)));
    }
    return least;
  }
}
