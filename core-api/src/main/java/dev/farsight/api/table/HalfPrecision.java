package dev.farsight.api.table;

import dev.farsight.api.table.RowFormat.Precision;

/**
 * Weights of 16 bits: to float32, and back by rounding to nearest or stochastically.
 *
 * <p>Both ways of rounding give one of the two numbers of the format that enclose the weight, and
 * the weight itself if the format has it. A weight beyond the largest finite number becomes that
 * number: it <em>saturates</em>. So do infinities. NaN stays NaN.
 *
 * <pre>
 *              exponent   mantissa   largest         smallest normal   smallest
 * bf16         8 bits     7 bits     3.39e38         2^-126            2^-133
 * fp16         5 bits     10 bits    65504           2^-14             2^-24
 * </pre>
 *
 * <p><b>Stochastic rounding</b> takes 32 random bits r and rounds away from zero with a probability
 * that is the distance from the number nearer to zero, in units of the distance of the two. With b
 * the bits of the weight as float32 and {@code >>>} the logical shift:
 *
 * <pre>
 * bf16                  b + (r >>> 16), then the lowest 16 bits are cleared
 * fp16, |w| >= 2^-14    b + (r >>> 19), then the lowest 13 bits are cleared
 * fp16, |w| &lt; 2^-14     q = |w| * 2^24, n = floor(q); n + 1 if (q - n) * 2^24 > r >>> 8, else n; times 2^-24
 * </pre>
 */
public final class HalfPrecision {

  private static final int SIGN = 0x80000000;
  private static final int MAGNITUDE = 0x7FFFFFFF;

  /** Bits of infinity as float32. */
  private static final int INFINITE = 0x7F800000;

  /** Bits of 2^-14 as float32: the smallest normal number of fp16. */
  private static final int FP16_NORMAL = 0x38800000;

  /** Bits of 65536 as float32: the power of two after the largest number of fp16. */
  private static final int FP16_BEYOND = 0x47800000;

  private static final int FP16_LARGEST = 0x7BFF;
  private static final int BF16_LARGEST = 0x7F7F;
  private static final int FP16_NAN = 0x7E00;
  private static final int BF16_NAN = 0x7FC0;

  private HalfPrecision() {}

  /** A weight as float32; exact. */
  public static float widen(Precision precision, short half) {
    return precision == Precision.BF16 ? bf16(half) : fp16(half);
  }

  private static float bf16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  private static float fp16(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1F;
    int mantissa = half & 0x3FF;
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int exponent32 = exponent == 0x1F ? 0xFF : exponent + 112;
    return Float.intBitsToFloat(sign | exponent32 << 23 | mantissa << 13);
  }

  /** The nearest number of a format; of two equally near ones, the one whose lowest bit is 0. */
  public static short nearest(Precision precision, float weight) {
    return precision == Precision.BF16 ? nearestBf16(weight) : nearestFp16(weight);
  }

  private static short nearestBf16(float weight) {
    int bits = Float.floatToRawIntBits(weight);
    return bf16(bits, (bits & MAGNITUDE) + 0x7FFF + (bits >>> 16 & 1));
  }

  private static short nearestFp16(float weight) {
    int bits = Float.floatToRawIntBits(weight);
    int magnitude = bits & MAGNITUDE;
    if (magnitude < FP16_NORMAL) {
      return fp16(bits, (int) Math.rint(Math.abs(weight) * 0x1p24f));
    }
    return fp16(bits, normal(magnitude, 0xFFF + (magnitude >>> 13 & 1)));
  }

  /**
   * Rounds stochastically.
   *
   * @param random 32 random bits
   */
  public static short stochastic(Precision precision, float weight, int random) {
    return precision == Precision.BF16
        ? stochasticBf16(weight, random)
        : stochasticFp16(weight, random);
  }

  private static short stochasticBf16(float weight, int random) {
    int bits = Float.floatToRawIntBits(weight);
    return bf16(bits, (bits & MAGNITUDE) + (random >>> 16));
  }

  private static short stochasticFp16(float weight, int random) {
    int bits = Float.floatToRawIntBits(weight);
    int magnitude = bits & MAGNITUDE;
    if (magnitude < FP16_NORMAL) {
      float units = Math.abs(weight) * 0x1p24f;
      int floor = (int) units;
      return fp16(bits, (units - floor) * 0x1p24f > random >>> 8 ? floor + 1 : floor);
    }
    return fp16(bits, normal(magnitude, random >>> 19));
  }

  /**
   * Whether rounding saturates: a number of the format is the largest one, and the weight is beyond
   * it.
   */
  public static boolean saturates(Precision precision, float weight, short half) {
    return (half & 0x7FFF) == (precision == Precision.BF16 ? BF16_LARGEST : FP16_LARGEST)
        && Math.abs(weight) > Math.abs(widen(precision, half));
  }

  /**
   * @param bits the weight's, as float32
   * @param magnitude the weight's, with something added to the bits that are cut off
   */
  private static short bf16(int bits, int magnitude) {
    int sign = (bits & SIGN) >>> 16;
    if ((bits & MAGNITUDE) > INFINITE) {
      return (short) (sign | BF16_NAN);
    }
    // Compares as unsigned: what was added may carry into the sign.
    boolean beyond = magnitude < 0 || magnitude >= INFINITE;
    return (short) (sign | (beyond ? BF16_LARGEST : magnitude >>> 16));
  }

  /** A normal number of fp16, without sign: cuts off 13 bits and brings the exponent over. */
  private static int normal(int magnitude, int added) {
    int sum = magnitude + added;
    return sum < 0 || sum >= FP16_BEYOND ? FP16_LARGEST + 1 : (sum >>> 13) - (112 << 10);
  }

  private static short fp16(int bits, int half) {
    int sign = (bits & SIGN) >>> 16;
    if ((bits & MAGNITUDE) > INFINITE) {
      return (short) (sign | FP16_NAN);
    }
    return (short) (sign | Math.min(half, FP16_LARGEST));
  }
}
