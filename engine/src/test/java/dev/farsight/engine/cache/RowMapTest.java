package dev.farsight.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowMapTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAHashMap(long seed) {
    var random = new Random(seed);
    var oracle = new HashMap<Long, Integer>();
    var map = new RowMap(1 + random.nextInt(200));
    long base = seed == 4 ? 1L << 60 : 0;
    for (int i = 0; i < 100_000; i++) {
      long row = base + (random.nextBoolean() ? random.nextInt(300) : random.nextInt(300) * 4096L);
      int value = random.nextInt(1000);
      switch (random.nextInt(6)) {
        case 0 -> assertThat(map.put(row, value)).isEqualTo(absentIfNull(oracle.put(row, value)));
        case 1 -> {
          map.set(row, value);
          oracle.put(row, value);
        }
        case 2 -> {
          map.remove(row);
          oracle.remove(row);
        }
        case 3 -> {
          map.expire(row, value);
          oracle.remove(row, value);
        }
        default -> assertThat(map.get(row)).isEqualTo(absentIfNull(oracle.get(row)));
      }
      assertThat(map.size()).as("seed %d", seed).isEqualTo(oracle.size());
    }
    oracle.forEach((row, value) -> assertThat(map.get(row)).isEqualTo(value));
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void aDirectMapBehavesTheSame(long seed) {
    var random = new Random(seed);
    var oracle = new HashMap<Long, Integer>();
    RowIndexes both = RowIndexes.of(300, true);
    RowIndex map = both.lastUses();
    assertThat(map).isInstanceOf(DirectRowMap.class);
    for (int i = 0; i < 20_000; i++) {
      long row = random.nextInt(300);
      int value = random.nextInt(1000);
      switch (random.nextInt(3)) {
        case 0 -> {
          map.set(row, value);
          oracle.put(row, value);
        }
        case 1 -> {
          map.remove(row);
          oracle.remove(row);
        }
        default -> assertThat(map.get(row)).isEqualTo(absentIfNull(oracle.get(row)));
      }
    }
    for (long row = 0; row < 300; row++) {
      assertThat(both.locations().get(row)).isEqualTo(RowIndex.ABSENT);
      assertThat(map.get(row)).as("seed %d", seed).isEqualTo(absentIfNull(oracle.get(row)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void looksUpSeveralRowsAtOnce(boolean direct) {
    RowIndex map = direct ? RowIndexes.of(300, false).locations() : new RowMap(10);
    assertThat(map.expires()).isEqualTo(!direct);
    map.set(3, 30);
    map.set(299, 7);
    int[] values = new int[3];
    map.get(new long[] {5, 299, 4, 3}, null, 1, 3, values);
    assertThat(values).containsExactly(7, RowIndex.ABSENT, 30);
    map.get(new long[] {5, 299, 4, 3}, new int[] {0, 3, 1}, 1, 2, values);
    assertThat(values).startsWith(30, 7);
  }

  @Test
  void tooManyRowsAreHashed() {
    RowIndexes indexes = RowIndexes.of(RowIndexes.MOST_DIRECT + 1L, true);
    assertThat(indexes.locations()).isNull();
    assertThat(indexes.lastUses()).isInstanceOf(RowMap.class);
  }

  private static int absentIfNull(Integer value) {
    return value == null ? RowMap.ABSENT : value;
  }
}
