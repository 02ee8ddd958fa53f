package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are not as they were written are found when they are read, or counted as lost. */
class LostRowsTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();
  private static final int ROWS = 200;
  private static final long DAMAGED = 117;

  @TempDir Path folder;

  private void write(RowStore store, long row) {
    RowBuffer buffer = SsdRig.buffer(1);
    SsdRig.fill(buffer, 0, row, 3);
    store.write(new long[] {row}, 0, 1, buffer, 0).await();
  }

  private void make() {
    try (RowStore store = SsdRig.open(folder)) {
      LongStream.range(0, ROWS).forEach(row -> write(store, row));
    }
  }

  /** Flips a bit in the value of the damaged row. */
  private void damage() throws IOException {
    ByteBuffer pattern = ByteBuffer.allocate(8 + 36).order(ByteOrder.LITTLE_ENDIAN);
    pattern.putLong(DAMAGED);
    for (int f = 0; f < SsdRig.FORMAT.words(); f++) {
      pattern.putFloat(SsdRig.value(DAMAGED, 3, f));
    }
    pattern.flip();
    for (int m = 0; m < 3; m++) {
      Path map = folder.resolve("rows-" + m + ".map");
      byte[] bytes = Files.readAllBytes(map);
      for (int at = 0; at + 44 <= bytes.length; at++) {
        if (bytes[at] == DAMAGED && ByteBuffer.wrap(bytes, at, 44).equals(pattern)) {
          bytes[at + 20] ^= 4;
          Files.write(map, bytes);
          return;
        }
      }
    }
    throw new AssertionError("row not found");
  }

  @Test
  void aFlippedBitOfAClosedStoreIsFoundByItsReader() throws IOException {
    make();
    damage();
    try (RowReader reader = FACTORY.openReader(SsdRig.spec(folder))) {
      RowBuffer row = SsdRig.buffer(1);
      for (long id = 0; id < ROWS; id++) {
        long[] ids = {id};
        if (id == DAMAGED) {
          assertThatThrownBy(() -> reader.read(ids, 0, 1, row, 0))
              .isInstanceOf(FarsightException.class)
              .hasMessageContainingAll("rows-", ".map", "row 117 fails its checksum");
        } else {
          reader.read(ids, 0, 1, row, 0).await();
          assertThat(row.floats().get(3)).isEqualTo(SsdRig.value(id, 3, 3));
        }
      }
    }
  }

  @Test
  void rowsThatARecoveryDroppedAreCountedUntilTheyAreWrittenAgain() throws IOException {
    make();
    damage();
    // As a process leaves it that is killed.
    Files.move(folder.resolve("written.rows"), folder.resolve("written.before"));
    for (int times = 0; times < 2; times++) {
      try (RowStore store = SsdRig.open(folder)) {
        assertThat(store.rowsHeld()).isEqualTo(ROWS - 1);
        assertThat(store.written(DAMAGED)).isFalse();
      }
      assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
          .isInstanceOf(FarsightException.class)
          .hasMessageContainingAll(folder.toString(), "1 rows that were written are lost");
    }
    try (RowStore store = SsdRig.open(folder)) {
      write(store, DAMAGED);
    }
    try (RowReader reader = FACTORY.openReader(SsdRig.spec(folder))) {
      assertThat(reader.rowsHeld()).isEqualTo(ROWS);
    }
    assertThat(folder.resolve("written.before")).doesNotExist();
  }

  /** As when files of a store are restored from copies of different days. */
  @Test
  void aListOfAnotherDayIsRefusedByTheReaderAndMendedByTheWriter() throws IOException {
    make();
    byte[] early = Files.readAllBytes(folder.resolve("written.rows"));
    try (RowStore store = SsdRig.open(folder)) {
      write(store, 4000);
    }
    Files.write(folder.resolve("written.rows"), early);
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(folder.toString(), "hold 201 rows", "lists 200");
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.rowsHeld()).isEqualTo(ROWS + 1);
      assertThat(store.written(4000)).isTrue();
    }
    FACTORY.openReader(SsdRig.spec(folder)).close();
  }

  @Test
  void aMapOfAnotherDayIsCountedAsLostRows() throws IOException {
    make();
    byte[] early = Files.readAllBytes(folder.resolve("rows-1.map"));
    try (RowStore store = SsdRig.open(folder)) {
      LongStream.range(4000, 4100).forEach(row -> write(store, row));
    }
    Files.write(folder.resolve("rows-1.map"), early);
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .hasMessageContaining("lists 300");
    SsdRig.open(folder).close();
    assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(folder)))
        .hasMessageContaining("rows that were written are lost");
  }
}
