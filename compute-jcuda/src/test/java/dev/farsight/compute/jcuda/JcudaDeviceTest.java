package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.RowMoves;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The device's memory and its errors; needs a GPU. */
class JcudaDeviceTest {

  private JcudaBackend backend;

  @BeforeEach
  void open() {
    backend = JcudaBackends.open(Precision.FP32);
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
  }

  /** The device draws initial rows; the bits are those that the host draws. */
  @ParameterizedTest
  @CsvSource({"128, 0", "16, 1", "5, 1", "1, 0", "5, 10", "128, 256", "1024, 1", "1024, 2048"})
  void initialRowsAreOnTheDeviceBitForBit(int dim, int state) {
    int rows = 5000;
    List<StatePart> parts = state == 0 ? List.of() : List.of(new StatePart("state", state, .0625f));
    var tables = new TableSet(List.of(new Table("a", 3000), new Table("b", 2000)));
    var format = RowFormat.fp32(dim, parts);
    var initial = new InitialRows(tables, format, 11);
    try (var buffers = backend.buffers();
        var slots = backend.slots(format, rows + 7, rows, rows)) {
      var moves = new RowMoves(rows, buffers);
      for (int row = 0; row < rows; row++) {
        initial.fill(row, slots.in(), row);
        moves.load(slot(row, rows));
      }
      slots.stage(0, rows);
      slots.move(moves).await();
      moves.clear();
      for (int row = rows - 1; row >= 0; row--) {
        moves.evict(slot(row, rows));
      }
      slots.move(moves).await();
      var expected = new float[format.words()];
      var actual = new float[format.words()];
      for (int row = 0; row < rows; row++) {
        int table = tables.tableOf(row);
        initial.fill(table, tables.indexOf(table, row), expected, 0);
        slots.out().floats(rows - 1 - row).get(slots.out().wordAt(rows - 1 - row), actual);
        assertThat(actual).as("row %d", row).isEqualTo(expected);
      }
    }
  }

  /** Rings of more than 2 GiB, whose rows at chunk ends arrive; slots of a few rows. */
  @Test
  void ringsGoBeyondTwoGib() {
    var format = RowFormat.of(1024, 0);
    int chunk = RowBuffer.MAX_CHUNK_BYTES / format.bytes();
    int rows = 2 * chunk + 10;
    try (var buffers = backend.buffers();
        var slots = backend.slots(format, 64, rows, rows)) {
      assertThat(slots.in().chunks()).isEqualTo(3);
      var moves = new RowMoves(64, buffers);
      var row = new float[format.words()];
      for (int from : new int[] {0, chunk - 32, 2 * chunk - 60, rows - 64}) {
        moves.clear();
        moves.inFrom(from);
        moves.outFrom(from);
        slots.in().seeds().clear(from, 64);
        for (int i = 0; i < 64; i++) {
          Arrays.fill(row, from + i);
          slots.in().put(from + i, row);
          moves.load(i);
        }
        slots.stage(from, 64);
        slots.move(moves).await();
        moves.clear();
        moves.outFrom(from);
        for (int i = 0; i < 64; i++) {
          moves.evict(i);
        }
        slots.move(moves).await();
        for (int i = 0; i < 64; i++) {
          slots.out().get(from + i, row);
          assertThat(row).as("row %d", from + i).containsOnly(from + i);
        }
      }
    }
  }

  private static int slot(int row, int rows) {
    return (int) (row * 1237L % rows);
  }

  @Test
  void slotsThatDoNotFitAreRefusedAndTakeNothing() {
    var free = new long[2];
    for (int i = 0; i < 2; i++) {
      free[i] = Gpu.memory().free();
      assertThatThrownBy(() -> backend.slots(RowFormat.of(1024, 0), 1 << 30, 1000, 1000))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("MiB of device memory")
          .hasMessageContaining("are free")
          .hasMessageContaining("lower cache.size");
    }
    assertThat(free[1]).isEqualTo(free[0]);
  }

  /** An error that spoils nothing: the launch is refused, and the next one runs. */
  @Test
  void aLaunchThatIsRefusedIsNamed() {
    var source =
        new KernelSource("counting", "extern \"C\" __global__ void counts(long) {}", List.of());
    try (var kernels = backend.load(source)) {
      var launch = Launch.of(Stage.VALUES, kernels, "counts", 0).block(4096, 1);
      assertThatThrownBy(() -> launch.enqueue(backend.lane()))
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining("counts failed with CUDA_ERROR_INVALID_VALUE");
      launch.block(32, 1).enqueue(backend.lane());
      Gpu.synchronize(backend.lane());
    }
  }
}
