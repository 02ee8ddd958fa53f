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

class RowPlacesTest {

  private static final int ROWS = 300;

  /** Where a row is: in a slot, or else in the out-ring or not, and noted or not. */
  private record Where(int slot, int outRow, int note) {}

  private static final Where NOWHERE = new Where(-1, -1, 0);

  private static RowIndex index(boolean direct) {
    return direct ? RowIndexes.of(ROWS, false).places() : new RowMap(10);
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, 2097151, 1023",
    "2, true, 2097152, 0",
    "3, true, 2147483647, 0",
    "4, false, 1000, 0",
    "5, false, 2147483647, 0"
  })
  void knowsWhereRowsAre(long seed, boolean direct, int outRows, int mostNote) {
    var random = new Random(seed);
    var places = new RowPlaces(index(direct), outRows);
    assertThat(places.mostNote()).isEqualTo(mostNote);
    Map<Long, Where> oracle = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      long row = random.nextInt(ROWS);
      int outRow = random.nextInt(4) == 0 ? outRows - 1 : random.nextInt(outRows);
      int note = random.nextInt(4) == 0 ? mostNote : random.nextInt(mostNote + 1);
      switch (random.nextInt(4)) {
        case 0 -> {
          int slot = random.nextInt(8) == 0 ? Integer.MAX_VALUE : random.nextInt(1000);
          places.in(row, slot);
          oracle.put(row, new Where(slot, -1, 0));
        }
        case 1 -> {
          places.left(row, outRow, note);
          oracle.put(row, new Where(-1, outRow, note));
        }
        case 2 -> {
          places.left(row, note);
          oracle.put(row, new Where(-1, -1, note));
        }
        default -> {
          Where was = oracle.getOrDefault(row, NOWHERE);
          if (!direct && was.outRow() >= 0) {
            places.expire(row, was.outRow());
            oracle.remove(row);
          }
        }
      }
      long asked = random.nextInt(ROWS);
      assertThat(where(places, asked))
          .as("seed %d, row %d", seed, asked)
          .isEqualTo(oracle.getOrDefault(asked, NOWHERE));
    }
  }

  private static Where where(RowPlaces places, long row) {
    int[] place = new int[1];
    places.get(new long[] {row}, null, 0, 1, place);
    if (RowPlaces.absent(place[0]) == 0) {
      return new Where(place[0], -1, 0);
    }
    int bare = places.withoutOutRow(place[0]);
    assertThat(places.outRow(bare)).isNegative();
    assertThat(places.note(bare)).isEqualTo(places.note(place[0]));
    int outRow = places.outRow(place[0]);
    return new Where(-1, Math.max(outRow, -1), places.note(place[0]));
  }

  @Test
  void savesTheNotesOfRowsThatAreAway() throws IOException {
    var places = new RowPlaces(index(true), 1000);
    places.in(0, 5);
    places.left(1, 7, 1023);
    places.left(64, 1);
    places.left(ROWS - 1, 999, 12);
    places.left(70, 20, 0);
    var saved = new ByteArrayOutputStream();
    places.saveNotes(ROWS, new DataOutputStream(saved));
    var restored = new RowPlaces(index(true), 2000);
    var in = new ByteArrayInputStream(saved.toByteArray());
    restored.restoreNotes(ROWS, new DataInputStream(in));
    assertThat(in.available()).isZero();
    for (long row = 0; row < ROWS; row++) {
      int note = row == 1 ? 1023 : row == 64 ? 1 : row == ROWS - 1 ? 12 : 0;
      assertThat(where(restored, row)).as("row %d", row).isEqualTo(new Where(-1, -1, note));
    }
  }
}
