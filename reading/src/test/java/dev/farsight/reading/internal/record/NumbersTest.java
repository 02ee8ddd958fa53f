package dev.farsight.reading.internal.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NumbersTest {

  private static double decimal(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(ISO_8859_1);
    return Numbers.decimal(bytes, 1, bytes.length - 1);
  }

  private static long whole(String text) {
    byte[] bytes = ("9" + text + "9").getBytes(ISO_8859_1);
    return Numbers.whole(bytes, 1, bytes.length - 1);
  }

  private static int modulo(String text, int rows) {
    byte[] bytes = ("9" + text + "9").getBytes(ISO_8859_1);
    return Numbers.wholeModulo(bytes, 1, bytes.length - 1, rows);
  }

  private static long hex(String text) {
    byte[] bytes = ("f" + text + "f").getBytes(ISO_8859_1);
    return Numbers.hex(bytes, 1, bytes.length - 1, 16);
  }

  @Test
  void readsWhatTheJdkReads() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      long bits = random.nextLong() >> random.nextInt(64);
      assertThat(whole(Long.toString(bits))).as("seed %d", seed).isEqualTo(bits);
      assertThat(hex(Long.toHexString(bits))).as("seed %d", seed).isEqualTo(bits);
      assertThat(hex(Long.toHexString(bits).toUpperCase(Locale.ROOT))).isEqualTo(bits);
      String plain = new BigDecimal(bits).movePointLeft(random.nextInt(25)).toPlainString();
      assertThat(decimal(plain))
          .as("%s, seed %d", plain, seed)
          .isEqualTo(Double.parseDouble(plain));
      double any = random.nextDouble() * Math.pow(10, random.nextInt(-300, 300));
      assertThat(decimal(Double.toString(any))).as("seed %d", seed).isEqualTo(any);
    }
  }

  @Test
  void readsTheEdges() {
    assertThat(whole("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(whole("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(whole("+7")).isEqualTo(7);
    assertThat(decimal(".5")).isEqualTo(0.5);
    assertThat(decimal("5.")).isEqualTo(5);
    assertThat(decimal("+1e3")).isEqualTo(1000);
    assertThat(decimal("-0")).isEqualTo(-0.0);
  }

  @Test
  void readsWholeNumbersWithAFractionOfZeros() {
    assertThat(whole("12.0")).isEqualTo(12);
    assertThat(whole("-3.00")).isEqualTo(-3);
    assertThat(whole("100")).isEqualTo(100);
    assertThat(whole("0.0")).isZero();
    assertThat(whole("+7.0")).isEqualTo(7);
    assertThat(whole("9223372036854775807.0")).isEqualTo(Long.MAX_VALUE);
    assertThat(whole("-9223372036854775808.000")).isEqualTo(Long.MIN_VALUE);
    assertThat(modulo("12.0", 10)).isEqualTo(2);
    assertThat(modulo("18446744073709551615.0", 1000)).isEqualTo(615);
    for (String text :
        new String[] {
          "12.", ".0", ".", "-.0", "+.0", "1.5", "1.50", "1.0.0", "1e3", "1.0e0", "12,0"
        }) {
      assertThatThrownBy(() -> whole(text)).as(text).hasMessage("is not a whole number");
      assertThatThrownBy(() -> modulo(text, 7)).as(text).hasMessage("is not a whole number");
    }
  }

  @Test
  void wholeNumbersModuloRowsMayBeUnsigned() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      long bits = random.nextLong() >> random.nextInt(64);
      int rows = random.nextInt(1, Integer.MAX_VALUE);
      assertThat(modulo(Long.toString(bits), rows)).isEqualTo(Math.floorMod(bits, rows));
      var unsigned = new BigInteger(Long.toUnsignedString(bits));
      assertThat(modulo(unsigned.toString(), rows))
          .as("%s mod %d", unsigned, rows)
          .isEqualTo(unsigned.mod(BigInteger.valueOf(rows)).intValue());
    }
    assertThat(modulo("9223372036854775808", 1000)).isEqualTo(808);
    assertThat(modulo("18446744073709551615", 1000)).isEqualTo(615);
    assertThat(modulo("+18446744073709551615", 1000)).isEqualTo(615);
    assertThat(modulo("-9223372036854775808", 1000)).isEqualTo(192);
    for (String text :
        new String[] {"18446744073709551616", "-9223372036854775809", "99999999999999999999999"}) {
      assertThatThrownBy(() -> modulo(text, 7)).as(text).hasMessage("is not a whole number");
    }
  }

  @Test
  void refusesEverythingElse() {
    for (String text :
        new String[] {"-", "+", "x", "1x", "--1", "1-", " 1", "9223372036854775808"}) {
      assertThatThrownBy(() -> whole(text)).as(text).hasMessage("is not a whole number");
    }
    for (String text :
        new String[] {
          ".", "-", "1..2", "1e", "e5", "NaN", "Infinity", "0x1p3", "1f", "1 ", "1e999"
        }) {
      assertThatThrownBy(() -> decimal(text)).as(text).hasMessage("is not a number");
    }
    for (String text : new String[] {"g", "0x1", "-1", "1 ", "\u00e9", "@", "`"}) {
      assertThatThrownBy(() -> hex(text)).as(text).hasMessage("is not a hexadecimal number");
    }
  }

  /** Eight digits are read together. */
  @Test
  void anyByteInPlaceOfAnyOfEightDigits() {
    for (int place = 0; place < 8; place++) {
      for (char any = 0; any < 256; any++) {
        String text = "9a0F3c7E".substring(0, place) + any + "9a0F3c7E".substring(place + 1);
        if (any < 128 && Character.digit(any, 16) >= 0) {
          assertThat(hex(text)).as(text).isEqualTo(Long.parseLong(text, 16));
        } else {
          assertThatThrownBy(() -> hex(text)).as(text).hasMessage("is not a hexadecimal number");
        }
      }
    }
  }

  @Test
  void quotientsThatAreAlmostTheNextWholeNumber() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 50_000; i++) {
      int rows = Math.max(1, random.nextInt() >>> random.nextInt(1, 32));
      long most = (random.nextBoolean() ? 1L << 52 : Long.MAX_VALUE) / rows;
      for (long value = most * rows - 1; value >= 0 && value <= most * rows + 1; value++) {
        assertThat(modulo(Long.toString(value), rows))
            .as("%d mod %d, seed %d", value, rows, seed)
            .isEqualTo((int) (value % rows));
        assertThat(Modulo.of(value, rows)).isEqualTo((int) (value % rows));
      }
    }
  }

  @Test
  void refusesNumbersOfMoreThan400Characters() {
    String zeros = "0".repeat(399);
    assertThat(whole(zeros + "7")).isEqualTo(7);
    assertThat(modulo(zeros + "7", 5)).isEqualTo(2);
    assertThat(decimal(zeros + "7")).isEqualTo(7);
    assertThat(decimal("0." + "3".repeat(398))).isEqualTo(1 / 3.0);
    for (String text :
        new String[] {zeros + "07", "0." + "3".repeat(399), "9".repeat(50_000) + "x"}) {
      String complaint = "is no number of at most 400 characters";
      assertThatThrownBy(() -> whole(text)).hasMessage(complaint);
      assertThatThrownBy(() -> modulo(text, 5)).hasMessage(complaint);
      assertThatThrownBy(() -> decimal(text)).hasMessage(complaint);
    }
  }
}
