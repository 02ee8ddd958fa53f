package dev.farsight.api.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {

  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  private static long[] order(long size, long seed, int epoch) {
    var permutation = new Permutation(size, seed, epoch);
    return LongStream.range(0, size).map(permutation::at).toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 4096, 4097, 100_003})
  void everySampleComesOnce(long size) {
    assertThat(LongStream.of(order(size, 7, 3)).sorted().toArray())
        .isEqualTo(LongStream.range(0, size).toArray());
  }

  @Test
  void positionsOfOrdersTooLargeToListAreWithinThem() {
    var permutation = new Permutation(4_195_197_692L, 1, 0);
    for (long position = 0; position < 4_195_197_692L; position += 41_951_977) {
      assertThat(permutation.at(position)).isBetween(0L, 4_195_197_691L);
    }
  }

  @Test
  void seedsAndEpochsHaveOrdersOfTheirOwn() {
    assertThat(order(100, 1, 0)).isEqualTo(order(100, 1, 0));
    assertThat(order(100, 1, 0)).isNotEqualTo(order(100, 1, 1));
    assertThat(order(100, 1, 0)).isNotEqualTo(order(100, 2, 0));
  }

  /** The mean distance of two random positions is n / 3; half of neighbours stay in order. */
  @Test
  void neighboursAreSpreadOverAll() {
    int size = 100_000;
    long[] order = order(size, 5, 0);
    double distance = 0;
    double ascending = 0;
    for (int i = 1; i < size; i++) {
      distance += Math.abs(order[i] - order[i - 1]);
      ascending += order[i] > order[i - 1] ? 1 : 0;
    }
    assertThat(distance / size).isCloseTo(size / 3.0, within(size / 100.0));
    assertThat(ascending / size).isCloseTo(.5, within(.01));
  }

  /** Of each position, over many seeds, every sample is equally likely. */
  @Test
  void everySampleIsEquallyLikelyEverywhere() {
    int size = 10;
    int seeds = 20_000;
    var seen = new int[size][size];
    for (int seed = 0; seed < seeds; seed++) {
      long[] order = order(size, seed, 0);
      for (int position = 0; position < size; position++) {
        seen[position][(int) order[position]]++;
      }
    }
    for (int[] samples : seen) {
      for (int count : samples) {
        // Six standard deviations of a binomial count.
        assertThat((double) count).isCloseTo(seeds / 10.0, within(6 * Math.sqrt(seeds * .09)));
      }
    }
  }

  /** The formula of the class, in numbers of any size. */
  @Test
  void theOrderIsTheOneDocumented() {
    int size = 1000;
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int position = 0; position < size; position++) {
        assertThat(new Permutation(size, 42, epoch).at(position))
            .isEqualTo(documented(position, size, 42, epoch));
      }
    }
  }

  private static long documented(long position, long size, long seed, int epoch) {
    BigInteger golden = new BigInteger("9E3779B97F4A7C15", 16);
    BigInteger key =
        mix(mix(BigInteger.valueOf(seed)).add(golden.multiply(BigInteger.valueOf(epoch + 1))));
    int halfBits = 1;
    while (BigInteger.ONE.shiftLeft(2 * halfBits).longValueExact() < size) {
      halfBits++;
    }
    BigInteger half = BigInteger.ONE.shiftLeft(halfBits);
    BigInteger at = BigInteger.valueOf(position);
    do {
      BigInteger left = at.divide(half);
      BigInteger right = at.mod(half);
      for (int round = 1; round <= 6; round++) {
        BigInteger roundKey = mix(key.add(golden.multiply(BigInteger.valueOf(round))));
        BigInteger next = left.xor(mix(roundKey.xor(right)).mod(half));
        left = right;
        right = next;
      }
      at = left.multiply(half).add(right);
    } while (at.longValueExact() >= size);
    return at.longValueExact();
  }

  private static BigInteger mix(BigInteger value) {
    BigInteger z = value.mod(TWO_64);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("BF58476D1CE4E5B9", 16)).mod(TWO_64);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94D049BB133111EB", 16)).mod(TWO_64);
    return z.xor(z.shiftRight(31));
  }

  @Test
  void otherPositionsAreRefused() {
    assertThatThrownBy(() -> new Permutation(3, 1, 0).at(3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("position 3 of 3");
    assertThatThrownBy(() -> new Permutation(-1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
