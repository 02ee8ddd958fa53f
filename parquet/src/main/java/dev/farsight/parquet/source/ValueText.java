package dev.farsight.parquet.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import org.apache.parquet.io.api.Binary;

/**
 * How the values of a column become bytes: whole numbers as digits, text as it is, floating-point
 * numbers as {@link dev.farsight.reading.BinaryNumber} or, if they may be anything but numbers to
 * the model, as text. A type implements what Parquet stores it as.
 */
interface ValueText {

  /** Longest text of a decimal. */
  int MOST_DIGITS = 400;

  default void add(boolean value, GrowingBytes into) {
    throw unexpected();
  }

  default void add(int value, GrowingBytes into) {
    throw unexpected();
  }

  default void add(long value, GrowingBytes into) {
    throw unexpected();
  }

  default void add(float value, GrowingBytes into) {
    add((double) value, into);
  }

  default void add(double value, GrowingBytes into) {
    throw unexpected();
  }

  default void add(Binary value, GrowingBytes into) {
    throw unexpected();
  }

  private static IllegalStateException unexpected() {
    return new IllegalStateException("the file's values are not of the type that it declares");
  }

  /** True is 1, false is 0. */
  final class OfBoolean implements ValueText {

    @Override
    public void add(boolean value, GrowingBytes into) {
      into.add((byte) (value ? '1' : '0'));
    }
  }

  /** Signed whole numbers. */
  final class OfWhole implements ValueText {

    @Override
    public void add(int value, GrowingBytes into) {
      into.addWhole(value);
    }

    @Override
    public void add(long value, GrowingBytes into) {
      into.addWhole(value);
    }
  }

  /** Unsigned whole numbers. */
  final class OfUnsigned implements ValueText {

    @Override
    public void add(int value, GrowingBytes into) {
      into.addWhole(Integer.toUnsignedLong(value));
    }

    @Override
    public void add(long value, GrowingBytes into) {
      if (value >= 0) {
        into.addWhole(value);
      } else {
        into.add(Long.toUnsignedString(value));
      }
    }
  }

  /** Days since 1970 as {@code 2024-02-29}. */
  final class OfDate implements ValueText {

    @Override
    public void add(int value, GrowingBytes into) {
      into.add(LocalDate.ofEpochDay(value).toString());
    }
  }

  /** Floating-point numbers, exact, where numbers are expected. */
  final class OfNumber implements ValueText {

    @Override
    public void add(double value, GrowingBytes into) {
      into.addBinary(value);
    }
  }

  /** Floating-point numbers as data frames write them: {@code 12.0}. */
  final class OfNumberText implements ValueText {

    /** Whole numbers below are written without an exponent. */
    private static final double EXPONENT = 1e16;

    @Override
    public void add(double value, GrowingBytes into) {
      if (value == Math.rint(value) && Math.abs(value) < EXPONENT) {
        into.addWhole((long) value);
        into.add(".0");
      } else {
        into.add(Double.toString(value));
      }
    }
  }

  /** Text, as its bytes. */
  final class OfBytes implements ValueText {

    @Override
    public void add(Binary value, GrowingBytes into) {
      into.add(value.toByteBuffer());
    }
  }

  /** Decimals, with all digits of their scale. */
  record OfDecimal(int scale) implements ValueText {

    @Override
    public void add(int value, GrowingBytes into) {
      add((long) value, into);
    }

    @Override
    public void add(long value, GrowingBytes into) {
      into.add(BigDecimal.valueOf(value, scale).toPlainString());
    }

    @Override
    public void add(Binary value, GrowingBytes into) {
      if (value.length() == 0 || value.length() > MOST_DIGITS / 2) {
        throw new IllegalStateException("a decimal of " + value.length() + " bytes");
      }
      into.add(new BigDecimal(new BigInteger(value.getBytesUnsafe()), scale).toPlainString());
    }
  }
}
