package dev.farsight.api.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.table.RowFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowBufferTest {

  private static final RowFormat FORMAT = RowFormat.of(3, 2);

  private static RowBuffer chunked(int rows, int rowsPerChunk) {
    return RowBuffer.allocateChunked(
        FORMAT, rows, rowsPerChunk * FORMAT.bytes(), HostBuffers.plain());
  }

  @ParameterizedTest
  @CsvSource({"40, 40, 1, 40", "40, 39, 2, 32", "40, 16, 3, 16", "40, 17, 3, 16", "5, 1, 5, 1"})
  void everyRowLiesInOneChunk(int rows, int rowsPerChunk, int chunks, int chunkRows) {
    RowBuffer buffer = chunked(rows, rowsPerChunk);
    assertThat(buffer.capacity()).isEqualTo(rows);
    assertThat(buffer.chunks()).isEqualTo(chunks);
    assertThat(buffer.chunkRows()).isEqualTo(chunkRows);
    for (int row = 0; row < rows; row++) {
      buffer.put(row, new float[] {row, 1, 2, 3, -row});
    }
    for (int row = 0; row < rows; row++) {
      var values = new float[5];
      buffer.get(row, values);
      assertThat(values).as("row %d", row).containsExactly(row, 1, 2, 3, -row);
      assertThat(buffer.bytes(row).getFloat(buffer.byteAt(row))).isEqualTo(row);
      assertThat(buffer.floats(row).get(buffer.wordAt(row) + 4)).isEqualTo(-row);
      assertThat(buffer.offset(row)).isEqualTo(20L * row);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void rowsAreCopiedOverTheEndsOfChunks(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      RowBuffer source = chunked(50, 1 + random.nextInt(60));
      RowBuffer target = chunked(50, 1 + random.nextInt(60));
      for (int row = 0; row < 50; row++) {
        source.put(row, new float[] {row, row, row, row, row});
        target.put(row, new float[] {-1, -1, -1, -1, -1});
      }
      int rows = random.nextInt(51);
      int sourceRow = random.nextInt(51 - rows);
      int targetRow = random.nextInt(51 - rows);
      source.copyRows(sourceRow, target, targetRow, rows);
      for (int row = 0; row < 50; row++) {
        float expected =
            row < targetRow || row >= targetRow + rows ? -1 : sourceRow + row - targetRow;
        var values = new float[5];
        target.get(row, values);
        assertThat(values).as("seed %d, round %d, row %d", seed, round, row).containsOnly(expected);
      }
    }
  }

  @Test
  void refusesOneViewOfSeveralChunks() {
    assertThatThrownBy(() -> chunked(40, 16).floats())
        .hasMessage("the rows lie in 3 chunks, not in one");
    assertThat(chunked(40, 40).floats().capacity()).isEqualTo(200);
    assertThatThrownBy(
            () -> RowBuffer.allocate(FORMAT, RowBuffer.MAX_ROWS + 1, HostBuffers.plain()))
        .hasMessageContaining("at most 268435455");
  }
}
