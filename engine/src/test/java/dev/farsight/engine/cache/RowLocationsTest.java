package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowLocationsTest {

  private static final int ROWS = 300;

  /** The location of a row: a slot; or, if it has none, an out-ring row and a note, or neither. */
  private record Where(int slot, int outRow, int note) {}

  private static final Where NOWHERE = new Where(-1, -1, 0);

  private static RowIndex index(boolean direct) {
    return direct ? RowIndexes.of(ROWS, false).locations() : new RowMap(10);
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, 2097151, 1023",
    "2, true, 2097152, 0",
    "3, true, 2147483647, 0",
    "4, false, 1000, 0",
    "5, false, 2147483647, 0"
  })
  void knowsWhereRowsAre(long seed, boolean direct, int outRows, int maxNote) {
    var random = new Random(seed);
    var locations = new RowLocations(index(direct), outRows, ROWS);
    assertThat(locations.maxNote()).isEqualTo(maxNote);
    Map<Long, Where> oracle = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      long row = random.nextInt(ROWS);
      int outRow = random.nextInt(4) == 0 ? outRows - 1 : random.nextInt(outRows);
      int note = random.nextInt(4) == 0 ? maxNote : random.nextInt(maxNote + 1);
      switch (random.nextInt(4)) {
        case 0 -> {
          int slot = random.nextInt(8) == 0 ? Integer.MAX_VALUE : random.nextInt(1000);
          locations.setSlot(row, slot);
          oracle.put(row, new Where(slot, -1, 0));
        }
        case 1 -> {
          locations.setOutRow(row, outRow, note);
          oracle.put(row, new Where(-1, outRow, note));
        }
        case 2 -> {
          locations.setAbsent(row, note);
          oracle.put(row, new Where(-1, -1, note));
        }
        default -> {
          Where before = oracle.getOrDefault(row, NOWHERE);
          if (!direct && before.outRow() >= 0) {
            locations.expire(row, before.outRow());
            oracle.remove(row);
          }
        }
      }
      long asked = random.nextInt(ROWS);
      assertThat(where(locations, asked))
          .as("seed %d, row %d", seed, asked)
          .isEqualTo(oracle.getOrDefault(asked, NOWHERE));
    }
  }

  private static Where where(RowLocations locations, long row) {
    int[] location = new int[1];
    locations.get(new long[] {row}, null, 0, 1, location);
    if (RowLocations.absent(location[0]) == 0) {
      return new Where(location[0], -1, 0);
    }
    int bare = locations.withoutOutRow(location[0]);
    assertThat(locations.outRow(bare)).isNegative();
    assertThat(locations.note(bare)).isEqualTo(locations.note(location[0]));
    int outRow = locations.outRow(location[0]);
    return new Where(-1, Math.max(outRow, -1), locations.note(location[0]));
  }

  @Test
  void savesTheNotesOfRowsThatAreNotResident() throws IOException {
    var locations = new RowLocations(index(true), 1000, ROWS);
    locations.setSlot(0, 5);
    locations.setOutRow(1, 7, 1023);
    locations.setAbsent(64, 1);
    locations.setOutRow(ROWS - 1, 999, 12);
    locations.setOutRow(70, 20, 0);
    var saved = new ByteArrayOutputStream();
    locations.saveNotes(ROWS, new DataOutputStream(saved));
    var restored = new RowLocations(index(true), 2000, ROWS);
    var in = new ByteArrayInputStream(saved.toByteArray());
    restored.restoreNotes(ROWS, new DataInputStream(in));
    assertThat(in.available()).isZero();
    for (long row = 0; row < ROWS; row++) {
      int note = row == 1 ? 1023 : row == 64 ? 1 : row == ROWS - 1 ? 12 : 0;
      assertThat(where(restored, row)).as("row %d", row).isEqualTo(new Where(-1, -1, note));
    }
  }

  @Test
  void savedNotesTakeTheBlocksThatHaveSome() throws IOException {
    long rows = 1L << 24;
    var locations = new RowLocations(RowIndexes.of(rows, false).locations(), 1000, rows);
    locations.setAbsent(5_000_000, 3);
    var saved = new ByteArrayOutputStream();
    locations.saveNotes(rows, new DataOutputStream(saved));
    assertThat(saved.size()).isLessThan(600);
  }
}
