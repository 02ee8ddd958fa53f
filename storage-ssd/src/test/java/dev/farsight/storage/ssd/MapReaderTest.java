package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reader finds every row that Chronicle Map wrote, of any size, in any part of the file. */
class MapReaderTest {

  @TempDir Path folder;
  private Path file;

  private static MapLayout layout(Path file, int rowBytes) throws IOException {
    return MapLayout.of(file, MapHead.read(file), Files.size(file), rowBytes);
  }

  /** Writes rows whose bytes are functions of their ids. */
  private void write(RowFormat format, long capacity, List<Long> rows) {
    file = folder.resolve("rows-0.map");
    try (RowMapFile map = RowMapFile.create(file, capacity, format.bytes())) {
      RowBuffer buffer = RowBuffer.allocate(format, 1, HostBuffers.plain());
      var ref = new RowRef(format.bytes());
      ref.in(buffer);
      for (long row : rows) {
        fill(buffer, row);
        ref.set(row, 0);
        map.put(ref);
      }
    }
  }

  private static void fill(RowBuffer buffer, long row) {
    for (int f = 0; f < buffer.format().words(); f++) {
      buffer.floats().put(f, row * 3f + f);
    }
  }

  private void assertReads(RowFormat format, List<Long> rows, long never, int mostBytes)
      throws IOException {
    MapReader reader =
        MapReader.open(file, layout(file, format.bytes()), format.bytes(), mostBytes);
    RowBuffer expected = RowBuffer.allocate(format, 1, HostBuffers.plain());
    RowBuffer actual = RowBuffer.allocate(format, 1, HostBuffers.plain());
    for (long row : rows) {
      fill(expected, row);
      reader.read(row, actual, 0);
      assertThat(actual.bytes().mismatch(expected.bytes())).as("row %d", row).isEqualTo(-1);
    }
    assertThatThrownBy(() -> reader.read(never, actual, 0))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(file.toString(), "row " + never);
  }

  @ParameterizedTest
  @CsvSource({"1,0,1", "1,0,40", "3,2,1500", "16,1,9000", "128,128,3000", "1024,0,300"})
  void everyRowOfAnyFormatIsFound(int dim, int state, int count) throws IOException {
    RowFormat format = RowFormat.of(dim, state);
    List<Long> rows = new ArrayList<>();
    for (long row = 0; row < count; row++) {
      rows.add(row * 1_000_003L);
    }
    write(format, count, rows);
    assertReads(format, rows, 7, Integer.MAX_VALUE / 2);
    assertReads(format, rows, 7, 1);
  }

  /** So many rows fall into one segment that the file grows for them. */
  @Test
  void rowsOfExtraTiersAreFound() throws IOException {
    RowFormat format = RowFormat.of(8, 1);
    write(format, 4000, List.of());
    long before = Files.size(file);
    MapLayout empty = layout(file, format.bytes());
    assertThat(empty.tiers()).isEqualTo(empty.segments());
    List<Long> rows = new ArrayList<>();
    for (long row = 0; rows.size() < 3 * empty.chunks(); row++) {
      if (empty.segment(LongHashFunction.xx_r39().hashLong(row)) == 2) {
        rows.add(row);
      }
    }
    Files.delete(file);
    write(format, 4000, rows);
    assertThat(Files.size(file)).isGreaterThan(before);
    MapLayout grown = layout(file, format.bytes());
    assertThat(grown.tiers()).isGreaterThan(grown.segments());
    assertThat(SegmentCheck.sound(file, grown)).isTrue();
    assertThat(SegmentCheck.rows(file, grown)).isEqualTo(rows.size());
    assertReads(format, rows, rows.get(rows.size() - 1) + 1, 1);
    // And what Chronicle Map opens and recovers is what the layout allows.
    long bytes = Files.size(file);
    RowMapFile.open(file, 4000, format.bytes()).close();
    RowMapFile.recover(file, 4000, format.bytes()).close();
    assertThat(file).hasSize(bytes);
    assertThat(SegmentCheck.rows(file, grown)).isEqualTo(rows.size());
    assertReads(format, rows, rows.get(rows.size() - 1) + 1, Integer.MAX_VALUE / 2);
  }

  @Test
  void readingAllocatesNothing() throws IOException {
    RowFormat format = RowFormat.of(16, 1);
    List<Long> rows = new ArrayList<>();
    for (long row = 0; row < 1000; row++) {
      rows.add(row);
    }
    write(format, 1000, rows);
    MapReader reader = MapReader.open(file, layout(file, format.bytes()), format.bytes());
    RowBuffer target = RowBuffer.allocate(format, 1, HostBuffers.plain());
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 100; round++) {
      long before = threads.getThreadAllocatedBytes(self);
      for (int row = 0; row < 1000; row++) {
        reader.read(row, target, 0);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
    }
    assertThat(least).isLessThan(1000);
  }
}
