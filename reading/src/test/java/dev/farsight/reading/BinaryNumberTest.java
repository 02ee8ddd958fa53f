package dev.farsight.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BinaryNumberTest {

  @Test
  void numbersComeBackBitForBitAndHoldNoSeparatorOfLists() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] bytes = new byte[BinaryNumber.BYTES + 2];
    for (int i = 0; i < 10_000; i++) {
      long bits = i == 0 ? -1L : random.nextLong();
      BinaryNumber.write(Double.longBitsToDouble(bits), bytes, 1);
      assertThat(BinaryNumber.is(bytes, 1, 1 + BinaryNumber.BYTES)).isTrue();
      assertThat(BinaryNumber.is(bytes, 1, BinaryNumber.BYTES)).isFalse();
      assertThat(Double.doubleToRawLongBits(BinaryNumber.read(bytes, 1)))
          .as("seed %d, number %d", seed, i)
          .isEqualTo(bits);
      for (byte some : bytes) {
        assertThat((int) some).isNotEqualTo(BagRule.LISTED);
      }
    }
  }
}
