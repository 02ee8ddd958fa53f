package dev.farsight.engine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first wrong value is that which a loop of plain comparisons finds. */
class FirstWrongTest {

  private static final int[] INTS = {
    Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -2, -1, 0, 1, 2, 99, 100, 101, Integer.MAX_VALUE
  };

  private static final float[] FLOATS = {
    0,
    -0f,
    1,
    -1,
    0.5f,
    Math.nextUp(1f),
    Math.nextDown(1f),
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.NaN,
    Float.intBitsToFloat(0xFFC0_0001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };

  private final FirstWrong firstWrong = new FirstWrong();

  private static int naive(int count, IntPredicate wrong) {
    return IntStream.range(0, count).filter(wrong).findFirst().orElse(FirstWrong.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, Integer.MAX_VALUE})
  void indices(int rows) {
    for (int round = 0; round < 3000; round++) {
      long seed = 31L * round + rows;
      var random = new Random(seed);
      int count = random.nextInt(70);
      int[] indices = random.ints(count + 5, 0, rows).toArray();
      for (int wrong = random.nextInt(4); wrong > 0; wrong--) {
        indices[random.nextInt(indices.length)] = INTS[random.nextInt(INTS.length)];
      }
      assertThat(FirstWrong.outside(indices, count, rows))
          .as("seed %d", seed)
          .isEqualTo(naive(count, i -> indices[i] < 0 || indices[i] >= rows));
    }
  }

  @Test
  void bags() {
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      int samples = 1 + random.nextInt(40);
      int min = random.nextInt(3);
      int max = random.nextInt(5) == 0 ? Integer.MAX_VALUE : min + random.nextInt(4);
      int[] offsets = new int[samples + 1];
      for (int s = 0; s < samples; s++) {
        offsets[s + 1] = offsets[s] + min + random.nextInt(Math.min(max, 9) - min + 1);
      }
      for (int wrong = random.nextInt(3); wrong > 0; wrong--) {
        offsets[1 + random.nextInt(samples)] = INTS[random.nextInt(INTS.length)];
      }
      assertThat(FirstWrong.badBag(offsets, samples, min, max))
          .as("seed %d", seed)
          .isEqualTo(
              naive(
                  samples,
                  s -> {
                    long lookups = (long) offsets[s + 1] - offsets[s];
                    return lookups < min || lookups > max;
                  }));
    }
  }

  @Test
  void floatsAndLabels() {
    for (int seed = 0; seed < 3000; seed++) {
      var random = new Random(seed);
      int count = random.nextInt(3000);
      var values = FloatBuffer.allocate(count + 5);
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, random.nextInt(2));
      }
      for (int wrong = random.nextInt(3); wrong > 0; wrong--) {
        values.put(random.nextInt(values.capacity()), FLOATS[random.nextInt(FLOATS.length)]);
      }
      assertThat(firstWrong.noLabel(values, count))
          .as("labels, seed %d", seed)
          .isEqualTo(naive(count, i -> values.get(i) != 0 && values.get(i) != 1));
      assertThat(firstWrong.outside(values, count, 0, 1))
          .as("probabilities, seed %d", seed)
          .isEqualTo(naive(count, i -> !(values.get(i) >= 0 && values.get(i) <= 1)));
      assertThat(firstWrong.outside(values, count, -Float.MAX_VALUE, Float.MAX_VALUE))
          .as("finite, seed %d", seed)
          .isEqualTo(naive(count, i -> !Float.isFinite(values.get(i))));
    }
  }
}
