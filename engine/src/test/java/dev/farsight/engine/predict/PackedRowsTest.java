package dev.farsight.engine.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers of packed rows against a map. */
class PackedRowsTest {

  private static final int DIM = 5;

  private final TableSet tables =
      new TableSet(List.of(new Table("a", 3), new Table("b", 9000), new Table("c", 300_000)));
  private final InitialRows initial = new InitialRows(tables, RowFormat.of(DIM, 2), 7);
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Map<Long, float[]> expected = new HashMap<>();

  private float[] weights() {
    var weights = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      weights[d] = (float) random.nextGaussian();
    }
    return weights;
  }

  private long row() {
    return tables.rowId(random.nextInt(3), random.nextInt(3)) + random.nextInt(8000);
  }

  private PackedRows layer(RowReader below, RowPacking packing, boolean ascending) {
    int count = random.nextInt(3000);
    var builder = new PackedRowsBuilder(below, packing, random.nextInt(100));
    long next = 0;
    for (int i = 0; i < count; i++) {
      next += random.nextInt(50);
      long row = ascending ? Math.min(next++, tables.rows() - 1) : row();
      float[] weights = weights();
      builder.add(row, weights);
      expected.put(row, weights);
    }
    return builder.build();
  }

  private void requireExpected(RowReader rows, double tolerance) {
    var buffer = RowBuffer.allocate(rows.spec().format(), 5000, HostBuffers.plain());
    var ids = new long[5000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row();
    }
    rows.read(ids, 100, 4800, buffer, 50);
    var actual = new float[DIM];
    for (int i = 0; i < 4800; i++) {
      long row = ids[100 + i];
      buffer.get(50 + i, actual);
      float[] written = expected.get(row);
      assertThat(rows.written(row)).isEqualTo(written != null);
      if (written == null) {
        var drawn = new float[DIM + 2];
        int table = tables.tableOf(row);
        initial.fill(table, tables.indexOf(table, row), drawn, 0);
        assertThat(actual)
            .as("row %d, seed %d", row, seed)
            .startsWith(java.util.Arrays.copyOf(drawn, DIM));
      } else {
        for (int d = 0; d < DIM; d++) {
          assertThat((double) actual[d])
              .as("row %d, seed %d", row, seed)
              .isCloseTo(written[d], org.assertj.core.data.Offset.offset(tolerance));
        }
      }
    }
    assertThat(rows.rowsHeld()).isEqualTo(expected.size());
  }

  @ParameterizedTest
  @EnumSource(RowPacking.class)
  void layersGiveTheLastValues(RowPacking packing) {
    // Weights are below 6: half a unit in the last place of 8 and 11 bits, and half of 6/127.
    double tolerance =
        switch (packing) {
          case FP32 -> 0;
          case BF16 -> 0.016;
          case FP16 -> 0.002;
          case INT8 -> 0.024;
        };
    PackedRows rows = layer(new DrawnRows(initial), packing, true);
    requireExpected(rows, tolerance);
    for (int l = 0; l < 3; l++) {
      rows = layer(rows, packing, l == 1);
      requireExpected(rows, tolerance);
    }
    PackedRows merged = LayerMerge.of(rows);
    requireExpected(merged, tolerance);
    rows.close();
    requireExpected(merged, tolerance);
    merged.close();
    PackedRows closed = merged;
    assertThatThrownBy(
            () ->
                closed.read(
                    new long[1],
                    0,
                    1,
                    RowBuffer.allocate(closed.spec().format(), 1, HostBuffers.plain()),
                    0))
        .isInstanceOf(IllegalStateException.class);
  }
}
