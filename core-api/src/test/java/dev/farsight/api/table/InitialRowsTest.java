package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialRowsTest {

  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger TWO_32 = BigInteger.ONE.shiftLeft(32);

  /** The documented formula in exact integers; shares no arithmetic with the class. */
  private static float oracle(long seed, int table, int index, int d, int rows) {
    BigInteger h = hash(seed, table, index, d);
    double unit = h.shiftRight(8).doubleValue() / (1 << 23) - 1;
    return (float) (unit * (float) Math.sqrt(1.0 / rows));
  }

  private static BigInteger hash(long seed, int table, int index, int d) {
    BigInteger golden = new BigInteger("9E3779B97F4A7C15", 16);
    BigInteger key =
        mix64(
            mix64(BigInteger.valueOf(seed).add(golden.multiply(BigInteger.valueOf(table + 1L))))
                .add(golden.multiply(BigInteger.valueOf(index + 1L))));
    BigInteger low = key.mod(TWO_32);
    BigInteger high = key.shiftRight(32);
    BigInteger h =
        low.add(new BigInteger("9E3779B9", 16).multiply(BigInteger.valueOf(d)))
            .mod(TWO_32)
            .xor(high);
    h = h.xor(h.shiftRight(16)).multiply(new BigInteger("85EBCA6B", 16)).mod(TWO_32);
    h = h.xor(h.shiftRight(13)).multiply(new BigInteger("C2B2AE35", 16)).mod(TWO_32);
    return h.xor(h.shiftRight(16));
  }

  private static BigInteger mix64(BigInteger z) {
    z = z.mod(TWO_64);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("BF58476D1CE4E5B9", 16)).mod(TWO_64);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94D049BB133111EB", 16)).mod(TWO_64);
    return z.xor(z.shiftRight(31));
  }

  @Test
  void followsTheDocumentedFormulaBitForBit() {
    var tables = new TableSet(List.of(new Table("a", 7), new Table("b", 100_000)));
    for (long seed : new long[] {0, 1, -5, Long.MAX_VALUE}) {
      var initial = new InitialRows(tables, RowFormat.of(16, 1), seed);
      for (long row : new long[] {0, 6, 7, 8, 100_006}) {
        var values = new float[20];
        int table = tables.tableOf(row);
        int index = tables.indexOf(table, row);
        initial.fill(table, index, values, 2);
        for (int d = 0; d < 16; d++) {
          assertThat(values[2 + d])
              .as("seed %d row %d weight %d", seed, row, d)
              .isEqualTo(oracle(seed, table, index, d, tables.get(table).rows()));
        }
        assertThat(values[18]).isZero();
      }
    }
  }

  @Test
  void laterGenerationsDrawOtherRowsFromADocumentedSeed() {
    var tables = new TableSet(List.of(new Table("a", 7), new Table("b", 1000)));
    BigInteger golden = new BigInteger("9E3779B97F4A7C15", 16);
    for (long seed : new long[] {0, -5, Long.MAX_VALUE}) {
      var first = new InitialRows(tables, RowFormat.of(4, 0), seed);
      for (int generation : new int[] {1, 2, 1_000_000}) {
        long laterSeed =
            mix64(BigInteger.valueOf(~seed).add(golden.multiply(BigInteger.valueOf(generation))))
                .longValue();
        var values = new float[4];
        var firstValues = new float[4];
        first.ofGeneration(generation).fill(1, 999, values, 0);
        first.fill(1, 999, firstValues, 0);
        for (int d = 0; d < 4; d++) {
          assertThat(values[d])
              .as("seed %d generation %d", seed, generation)
              .isEqualTo(oracle(laterSeed, 1, 999, d, 1000));
        }
        assertThat(values).isNotEqualTo(firstValues);
      }
    }
  }

  @Test
  void stateStartsAsTheFormatSays() {
    var tables = new TableSet(List.of(new Table("a", 7)));
    var format = RowFormat.fp32(2, List.of(new StatePart("m", 2, 0), new StatePart("n", 1, .25f)));
    var values = new float[6];
    new InitialRows(tables, format, 1).fill(0, 3, values, 1);
    assertThat(values).endsWith(0f, 0f, .25f);
  }

  @Test
  void isUniformWithinTheBound() {
    var tables = new TableSet(List.of(new Table("a", 10_000)));
    var initial = new InitialRows(tables, RowFormat.of(8, 0), 3);
    double sum = 0;
    double squares = 0;
    var row = new float[8];
    for (int i = 0; i < 10_000; i++) {
      initial.fill(0, i, row, 0);
      for (float w : row) {
        assertThat(Math.abs(w)).isLessThanOrEqualTo(0.01f);
        sum += w;
        squares += w * w;
      }
    }
    assertThat(sum / 80_000).isBetween(-1e-4, 1e-4);
    assertThat(squares / 80_000).isBetween(0.98e-4 / 3, 1.02e-4 / 3);
  }

  /** The documented formula, again in exact integers. */
  @Test
  void normalWeightsAreSumsOfTwelve() {
    var tables = new TableSet(List.of(new Table("a", 7), new Table("b", 1000)));
    List<Draw> draws = List.of(Draw.uniform(tables.get(0)), Draw.normal(.03f));
    var initial = new InitialRows(tables, RowFormat.of(5, 1), draws, -9, 0);
    var values = new float[6];
    double sum = 0;
    double squares = 0;
    for (int index = 0; index < 1000; index++) {
      initial.fill(1, index, values, 0);
      for (int d = 0; d < 5; d++) {
        long n = 0;
        for (int i = 6 * d; i < 6 * d + 6; i++) {
          long h = hash(-9, 1, index, i).longValue();
          n += h % 65536 + h / 65536;
        }
        assertThat(values[d]).isEqualTo((float) ((2 * n - 12 * 65535) / 131072.0 * .03f));
        sum += values[d];
        squares += values[d] * values[d];
      }
    }
    assertThat(sum / 5000).isBetween(-.002, .002);
    assertThat(Math.sqrt(squares / 5000)).isBetween(.029, .031);
    initial.fill(0, 3, values, 0);
    for (int d = 0; d < 5; d++) {
      assertThat(values[d]).as("the other table").isEqualTo(oracle(-9, 0, 3, d, 7));
    }
  }

  @Test
  void halfRowsAreRoundedToNearest() {
    var tables = new TableSet(List.of(new Table("a", 100)));
    for (Precision precision : new Precision[] {Precision.BF16, Precision.FP16}) {
      var format = new RowFormat(5, precision, List.of(new StatePart("s", 1, .5f)));
      var values = new float[4];
      new InitialRows(tables, format, 3).fill(0, 42, values, 0);
      for (int d = 0; d < 5; d++) {
        int word = Float.floatToRawIntBits(values[d / 2]);
        assertThat((short) (d % 2 == 0 ? word : word >>> 16))
            .isEqualTo(HalfPrecision.nearest(precision, oracle(3, 0, 42, d, 100)));
      }
      assertThat(values[3]).isEqualTo(.5f);
    }
  }
}
