package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.table.RowFormat.Precision;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compared with the definition of the formats, in double precision and over all 65,536 numbers. */
class HalfPrecisionTest {

  private static final long SEED = 20_261_127;

  /** The value of a number's bits, by the definition of binary floating point. */
  private static double value(Precision precision, int half) {
    int mantissaBits = precision == Precision.BF16 ? 7 : 10;
    int bias = precision == Precision.BF16 ? 127 : 15;
    int exponent = (half & 0x7FFF) >>> mantissaBits;
    int mantissa = half & (1 << mantissaBits) - 1;
    double sign = (half & 0x8000) == 0 ? 1 : -1;
    if (exponent == 2 * bias + 1) {
      return mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    double unit = Math.scalb(1.0, Math.max(exponent, 1) - bias - mantissaBits);
    return sign * unit * (exponent == 0 ? mantissa : mantissa + (1 << mantissaBits));
  }

  /** All finite numbers that are not negative, by value. */
  private static NavigableMap<Double, Short> numbers(Precision precision) {
    var numbers = new TreeMap<Double, Short>();
    for (int half = 0; half < 0x8000; half++) {
      double value = value(precision, half);
      if (Double.isFinite(value)) {
        numbers.put(value, (short) half);
      }
    }
    return numbers;
  }

  /** Floats of all magnitudes, many of them near numbers of the format and between two. */
  private static float draw(Random random, Precision precision) {
    int half = random.nextInt(0x8000);
    float number = HalfPrecision.widen(precision, (short) half);
    float sign = random.nextBoolean() ? 1 : -1;
    return switch (random.nextInt(4)) {
      case 0 -> sign * Float.intBitsToFloat(random.nextInt(0x7F800000));
      case 1 -> sign * number;
      case 2 -> sign * Math.nextUp(number);
      default -> {
        float next = HalfPrecision.widen(precision, (short) Math.min(half + 1, 0x7FFF));
        yield sign * (float) ((number + (double) next) / 2);
      }
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void widensEveryNumberToItsValue(Precision precision) {
    for (int half = 0; half < 0x10000; half++) {
      float wide = HalfPrecision.widen(precision, (short) half);
      double value = value(precision, half);
      assertThat((double) wide).as("%s %x", precision, half).isEqualTo(Double.valueOf(value));
      if (Double.isFinite(value)) {
        assertThat(HalfPrecision.nearest(precision, wide)).isEqualTo((short) half);
        for (int random : new int[] {0, -1, 0x8000_0000, 12_345}) {
          assertThat(HalfPrecision.stochastic(precision, wide, random)).isEqualTo((short) half);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void roundsToTheNearestAndTiesToEven(Precision precision) {
    NavigableMap<Double, Short> numbers = numbers(precision);
    var random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      float weight = draw(random, precision);
      double magnitude = Math.abs((double) weight);
      var below = numbers.floorEntry(magnitude);
      var above = numbers.ceilingEntry(magnitude);
      short half = HalfPrecision.nearest(precision, weight);
      if (Double.isNaN(magnitude)) {
        assertThat(HalfPrecision.widen(precision, half)).isNaN();
        continue;
      }
      short expected = below.getValue();
      if (above != null) {
        double toBelow = magnitude - below.getKey();
        double toAbove = above.getKey() - magnitude;
        boolean up = toAbove < toBelow || (toAbove == toBelow && (below.getValue() & 1) != 0);
        expected = up ? above.getValue() : below.getValue();
      }
      assertThat(half & 0x7FFF).as("%s %s, seed %d", precision, weight, SEED).isEqualTo(expected);
      assertThat(half < 0).isEqualTo(Float.floatToRawIntBits(weight) < 0);
      assertThat(HalfPrecision.saturates(precision, weight, half))
          .isEqualTo(magnitude > numbers.lastKey());
    }
  }

  /** Away from zero just if the random bits are below the distance, by the documented formula. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void roundsStochasticallyByTheDistance(Precision precision) {
    NavigableMap<Double, Short> numbers = numbers(precision);
    var random = new Random(SEED);
    for (int i = 0; i < 200_000; i++) {
      float weight = draw(random, precision);
      double magnitude = Math.abs((double) weight);
      var below = numbers.floorEntry(magnitude);
      var above = numbers.higherEntry(magnitude);
      int bits = random.nextInt();
      short half = HalfPrecision.stochastic(precision, weight, bits);
      if (Double.isNaN(magnitude)) {
        assertThat(HalfPrecision.widen(precision, half)).isNaN();
        continue;
      }
      short expected = below.getValue();
      if (above != null) {
        double share = (magnitude - below.getKey()) / (above.getKey() - below.getKey());
        boolean normal = magnitude >= 0x1p-14 || precision == Precision.BF16;
        int kept = !normal ? 24 : precision == Precision.BF16 ? 16 : 13;
        long drawn = Integer.toUnsignedLong(bits) >>> (32 - kept);
        double scaled = share * (1L << kept);
        boolean up = normal ? scaled + drawn >= 1L << kept : scaled > drawn;
        expected = up ? above.getValue() : below.getValue();
      }
      assertThat(half & 0x7FFF)
          .as("%s %s with %x, seed %d", precision, weight, bits, SEED)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void isUnbiased(Precision precision) {
    var random = new Random(SEED);
    for (float weight : new float[] {.1f, -3.3f, 1e-6f, 700.123f}) {
      double sum = 0;
      int draws = 100_000;
      for (int i = 0; i < draws; i++) {
        short half = HalfPrecision.stochastic(precision, weight, random.nextInt());
        sum += HalfPrecision.widen(precision, half);
      }
      double step = Math.abs(weight) / 100 + 0x1p-24;
      assertThat(sum / draws).isBetween(weight - step / 100, weight + step / 100);
    }
  }

  @Test
  void infinitiesSaturateAndNanStays() {
    for (Precision precision : new Precision[] {Precision.BF16, Precision.FP16}) {
      double largest = numbers(precision).lastKey();
      for (float infinite : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        for (short half :
            new short[] {
              HalfPrecision.nearest(precision, infinite),
              HalfPrecision.stochastic(precision, infinite, -1)
            }) {
          assertThat((double) HalfPrecision.widen(precision, half))
              .isEqualTo(Math.signum(infinite) * largest);
          assertThat(HalfPrecision.saturates(precision, infinite, half)).isTrue();
        }
      }
      float nan = Float.intBitsToFloat(0x7F800001);
      assertThat(HalfPrecision.widen(precision, HalfPrecision.nearest(precision, nan))).isNaN();
    }
  }
}
