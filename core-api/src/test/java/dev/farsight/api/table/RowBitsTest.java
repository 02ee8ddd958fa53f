package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.concurrent.Workers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBitsTest {

  /** Several pages, some of which stay untouched. */
  private static final int ROWS = (5 << 18) + 77;

  private static List<Long> rows(RowBits bits) {
    var rows = new ArrayList<Long>();
    for (long row = bits.next(0); row >= 0; row = bits.next(row + 1)) {
      rows.add(row);
    }
    return rows;
  }

  private static RowBits random(Random random, Set<Long> oracle) {
    var bits = new RowBits(ROWS);
    int page = random.nextInt(5) << 18;
    for (int i = 0; i < 300; i++) {
      long row = random.nextBoolean() ? random.nextInt(ROWS) : page + random.nextInt(500);
      row = Math.min(row, ROWS - 1);
      assertThat(bits.add(row)).isEqualTo(oracle.add(row));
    }
    return bits;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreesWithASet(long seed) throws IOException {
    var random = new Random(seed);
    var oracle = new TreeSet<Long>();
    RowBits bits = random(random, oracle);
    for (int i = 0; i < 100; i++) {
      long row = random.nextBoolean() ? random.nextInt(ROWS) : oracle.first();
      bits.remove(row);
      oracle.remove(row);
      assertThat(bits.contains(row)).as("seed %d", seed).isFalse();
    }
    assertThat(rows(bits)).as("seed %d", seed).containsExactlyElementsOf(oracle);
    assertThat(bits.count()).isEqualTo(oracle.size());
    for (int i = 0; i < 200; i++) {
      long from = random.nextInt(ROWS + 1);
      long to = from + random.nextInt(ROWS + 1 - (int) from);
      assertThat(bits.count(from, to))
          .as("seed %d, [%d, %d)", seed, from, to)
          .isEqualTo(oracle.subSet(from, to).size());
      Long next = oracle.ceiling(from);
      assertThat(bits.next(from)).isEqualTo(next == null ? -1 : next);
    }
    var copy = new RowBits(ROWS);
    var bytes = new ByteArrayOutputStream();
    bits.save(new DataOutputStream(bytes));
    copy.load(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(rows(copy)).containsExactlyElementsOf(oracle);
    copy.clear();
    assertThat(copy.count()).isZero();
    assertThat(copy.next(0)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7, 8})
  void addsTheRowsOfARangeOfAnotherSet(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      var oracle = new TreeSet<Long>();
      var others = new TreeSet<Long>();
      RowBits bits = random(random, oracle);
      RowBits other = random(random, others);
      long from = random.nextInt(ROWS + 1);
      long to = from + random.nextInt(ROWS + 1 - (int) from);
      bits.addAll(other, from, to);
      oracle.addAll(others.subSet(from, to));
      assertThat(rows(bits)).as("seed %d, [%d, %d)", seed, from, to).isEqualTo(List.copyOf(oracle));
      bits.addAll(other);
      oracle.addAll(others);
      assertThat(rows(bits)).as("seed %d", seed).isEqualTo(List.copyOf(oracle));
    }
  }

  @Test
  void noBitIsLostWhenThreadsShareWords() {
    int threads = 4;
    var bits = new RowBits(ROWS);
    try (var workers = new Workers("test", threads)) {
      workers.run(
          threads,
          (index, worker) -> {
            for (int row = index; row < ROWS; row += threads) {
              bits.add(row);
            }
          });
    }
    assertThat(bits.count()).isEqualTo(ROWS);
  }

  @Test
  void refusesAPageOfALargerSet() throws IOException {
    var large = new RowBits(ROWS);
    large.add(ROWS - 1);
    var bytes = new ByteArrayOutputStream();
    large.save(new DataOutputStream(bytes));
    var in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    assertThatThrownBy(() -> new RowBits(1000).load(in))
        .isInstanceOf(IOException.class)
        .hasMessage("page 5 of a set of 1 pages");
  }
}
