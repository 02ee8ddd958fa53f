package dev.farsight.testkit.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/** Sums and maxima, against loops over the ranks in their order. */
final class RandomReduction {

  private RandomReduction() {}

  static RandomCall scatter(Random random, int ranks, int size) {
    int[] starts = RandomCalls.starts(random, ranks, size);
    float[][] values = floats(random, ranks, starts[ranks] + 2);
    boolean direct = random.nextBoolean();
    boolean inPlace = random.nextBoolean();
    return end -> {
      FloatBuffer buffer = Buffers.floats(values[end.rank()], direct);
      int start = starts[end.rank()];
      int count = starts[end.rank() + 1] - start;
      FloatBuffer own = inPlace ? buffer.slice(start, count) : FloatBuffer.allocate(count);
      end.reduceScatter(buffer, starts, own);
      float[] sums = Arrays.copyOfRange(sums(values), start, start + count);
      assertThat(Buffers.floats(own, count)).as("reduceScatter").isEqualTo(sums);
      Buffers.fill(buffer, Float.NaN);
    };
  }

  static RandomCall all(Random random, int ranks, int size) {
    int count = RandomCalls.size(random, size);
    float[][] values = floats(random, ranks, count + 2);
    boolean direct = random.nextBoolean();
    return end -> {
      FloatBuffer buffer = Buffers.floats(values[end.rank()], direct);
      end.allReduce(buffer, count);
      float[] expected = values[end.rank()].clone();
      System.arraycopy(sums(values), 0, expected, 0, count);
      assertThat(Buffers.floats(buffer, count + 2)).as("allReduce").isEqualTo(expected);
      Buffers.fill(buffer, Float.NaN);
    };
  }

  static RandomCall counters(Random random, int ranks, int size) {
    int count = RandomCalls.size(random, size);
    var values = new double[ranks][];
    for (int rank = 0; rank < ranks; rank++) {
      values[rank] =
          random.doubles(count + 1, -1, 1).map(d -> Math.scalb(d, random.nextInt(80))).toArray();
    }
    return end -> {
      double[] own = values[end.rank()].clone();
      end.allReduce(own, count);
      double[] expected = values[end.rank()].clone();
      for (int i = 0; i < count; i++) {
        expected[i] = values[0][i];
        for (int rank = 1; rank < ranks; rank++) {
          expected[i] += values[rank][i];
        }
      }
      assertThat(own).as("allReduce of doubles").isEqualTo(expected);
    };
  }

  static RandomCall maxima(Random random, int ranks, int size) {
    int count = RandomCalls.size(random, size);
    var values = new long[ranks][];
    for (int rank = 0; rank < ranks; rank++) {
      values[rank] = random.longs(count + 1).toArray();
    }
    return end -> {
      long[] own = values[end.rank()].clone();
      end.allReduceMax(own, count);
      long[] expected = values[end.rank()].clone();
      for (int i = 0; i < count; i++) {
        for (int rank = 0; rank < ranks; rank++) {
          expected[i] = Math.max(expected[i], values[rank][i]);
        }
      }
      assertThat(own).as("allReduceMax").isEqualTo(expected);
    };
  }

  /** Magnitudes differ, so that another order gives other sums. */
  private static float[][] floats(Random random, int ranks, int count) {
    var values = new float[ranks][count];
    for (float[] own : values) {
      for (int i = 0; i < count; i++) {
        own[i] = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(30));
      }
    }
    return values;
  }

  private static float[] sums(float[][] values) {
    float[] sums = values[0].clone();
    for (int rank = 1; rank < values.length; rank++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[rank][i];
      }
    }
    return sums;
  }
}
