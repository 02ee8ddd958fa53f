package dev.farsight.storage.offheap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.internal.BufferRowBits;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BufferRowBitsTest {

  private static BufferRowBits bits(Mapping mapping, long offset, long rows) {
    return new BufferRowBits(
        mapping.views(offset, BufferRowBits.bytes(rows), BufferRowBits.VIEW_BYTES));
  }

  @Test
  void agreesWithASet() {
    long seed = 11;
    int rows = 5000;
    var random = new Random(seed);
    var oracle = new HashSet<Long>();
    try (var mapping = Mapping.reserve(8 + BufferRowBits.bytes(rows), false)) {
      var written = bits(mapping, 8, rows);
      for (int i = 0; i < 2000; i++) {
        long row = random.nextInt(rows);
        written.add(row);
        oracle.add(row);
      }
      for (long row = 0; row < rows; row++) {
        assertThat(written.contains(row))
            .as("seed %d row %d", seed, row)
            .isEqualTo(oracle.contains(row));
      }
    }
  }

  @Test
  void holdsMoreRowsThanAView() {
    long rows = (1L << 33) + 70;
    try (var mapping = Mapping.reserve(BufferRowBits.bytes(rows), false)) {
      var written = bits(mapping, 0, rows);
      long[] some = {0, 63, 1L << 31, 1L << 32, (1L << 33) - 1, 1L << 33, rows - 1};
      for (int i = 0; i < some.length; i++) {
        assertThat(written.contains(some[i])).as("row %d", some[i]).isFalse();
        written.add(some[i]);
        assertThat(written.contains(some[i])).as("row %d", some[i]).isTrue();
      }
      assertThat(written.contains(1)).isFalse();
      assertThat(written.contains((1L << 33) + 1)).isFalse();
    }
  }

  @Test
  void noBitIsLostWhenThreadsShareWords() {
    int threads = 4;
    int rows = 1 << 18;
    try (var mapping = Mapping.reserve(BufferRowBits.bytes(rows), false);
        var workers = new Workers("test", threads)) {
      var written = bits(mapping, 0, rows);
      workers.run(
          threads,
          (index, worker) -> {
            for (int row = index; row < rows; row += threads) {
              written.add(row);
            }
          });
      for (int row = 0; row < rows; row++) {
        assertThat(written.contains(row)).as("row %d", row).isTrue();
      }
      assertThat(written.count()).isEqualTo(rows);
    }
  }
}
