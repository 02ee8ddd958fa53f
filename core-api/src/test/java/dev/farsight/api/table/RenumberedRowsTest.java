package dev.farsight.api.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowFormat.StatePart;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows under other row ids keep the values of the original ones, to the bit. */
class RenumberedRowsTest {

  private static final TableSet TABLES =
      new TableSet(
          List.of(
              new Table("a", 40), new Table("b", 1), new Table("c", 3000), new Table("d", 200)));

  /** Random rows of some tables, in any order. */
  private static final class Part {

    final TableSet tables;
    final long[] rows;

    Part(TableSet tables, long[] rows) {
      this.tables = tables;
      this.rows = rows;
    }

    static Part random(Random random, TableSet all) {
      var tables = new ArrayList<Table>();
      var rows = new ArrayList<Long>();
      var order = new ArrayList<Integer>(List.of(0, 1, 2, 3).subList(0, all.size()));
      Collections.shuffle(order, random);
      for (int t : order.subList(0, 1 + random.nextInt(all.size()))) {
        int count = 1 + random.nextInt(all.get(t).rows());
        tables.add(new Table(all.get(t).name(), count));
        for (int r = 0; r < count; r++) {
          rows.add(all.offset(t) + random.nextInt(all.get(t).rows()));
        }
      }
      return new Part(new TableSet(tables), rows.stream().mapToLong(row -> row).toArray());
    }

    long original(long row) {
      return rows[(int) row];
    }
  }

  private static InitialRows original(RowFormat format, long seed, int generation) {
    var draws =
        List.of(
            Draw.normal(.25f),
            Draw.uniform(TABLES.get(1)),
            Draw.uniform(TABLES.get(2)),
            new Draw(Draw.Law.UNIFORM, .125f));
    return new InitialRows(TABLES, format, draws, seed, generation);
  }

  @ParameterizedTest
  @EnumSource
  void theyHaveTheValuesOfTheOriginalRows(Precision precision) {
    var format =
        new RowFormat(7, precision, List.of(new StatePart("m", 2, 0), new StatePart("n", 1, .25f)));
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      InitialRows original = original(format, random.nextLong(), random.nextInt(2));
      Part part = Part.random(random, TABLES);
      InitialRows renumbered = original.renumbered(part.tables, part::original);
      String what = "seed " + seed + ", " + part.tables;
      verify(what, renumbered, original, part);
      verify(what, renumbered.ofGeneration(3), original.ofGeneration(3), part);
      Part smaller = Part.random(random, part.tables);
      var ids = new long[smaller.rows.length];
      for (int r = 0; r < ids.length; r++) {
        ids[r] = part.rows[(int) smaller.rows[r]];
      }
      verify(
          what + ", twice",
          renumbered.ofGeneration(1).renumbered(smaller.tables, smaller::original),
          original.ofGeneration(1),
          new Part(smaller.tables, ids));
    }
  }

  private static void verify(String what, InitialRows renumbered, InitialRows original, Part part) {
    assertThat(renumbered.tables()).as(what).isEqualTo(part.tables);
    assertThat(renumbered.format()).as(what).isEqualTo(original.format());
    assertThat(renumbered.seed()).as(what).isEqualTo(original.seed());
    assertThat(renumbered.generation()).as(what).isEqualTo(original.generation());
    int words = original.format().words();
    for (long row = 0; row < part.tables.rows(); row++) {
      long id = part.rows[(int) row];
      int table = part.tables.tableOf(row);
      int index = part.tables.indexOf(table, row);
      String name = what + ", row " + row + " for " + id;
      assertThat(renumbered.draws().get(table))
          .as(name)
          .isEqualTo(original.draws().get(TABLES.tableOf(id)));
      int[] expected = bits(words, (target, at) -> original.fill(id, target, at));
      long local = row;
      assertThat(bits(words, (target, at) -> renumbered.fill(local, target, at)))
          .as(name)
          .isEqualTo(expected);
      assertThat(bits(words, (target, at) -> renumbered.fill(table, index, target, at)))
          .as(name)
          .isEqualTo(expected);
      assertThat(bits(words, (target, at) -> renumbered.fill(table, index, target.array(), at)))
          .as(name)
          .isEqualTo(expected);
      verifyBuffers(name, renumbered, original, row, id);
    }
  }

  private interface Fill {
    void fill(FloatBuffer target, int at);
  }

  private static int[] bits(int words, Fill fill) {
    var target = FloatBuffer.allocate(words + 2);
    fill.fill(target, 1);
    var bits = new int[words + 2];
    for (int word = 0; word < bits.length; word++) {
      bits[word] = Float.floatToRawIntBits(target.get(word));
    }
    return bits;
  }

  private static void verifyBuffers(
      String name, InitialRows renumbered, InitialRows original, long row, long id) {
    var plain = RowBuffer.allocate(original.format(), 2, HostBuffers.plain());
    original.fill(id, plain, 0);
    renumbered.fill(row, plain, 1);
    int bytes = original.format().bytes();
    assertThat(plain.bytes().slice(0, bytes).mismatch(plain.bytes().slice(bytes, bytes)))
        .as(name)
        .isEqualTo(-1);
    var seeded = RowBuffer.allocateSeeded(original.format(), 2, HostBuffers.plain());
    original.fill(id, seeded, 0);
    renumbered.fill(row, seeded, 1);
    assertThat(seeded.seeds().keys().get(1)).as(name).isEqualTo(seeded.seeds().keys().get(0));
    assertThat(seeded.seeds().scales().get(1)).as(name).isEqualTo(seeded.seeds().scales().get(0));
  }

  @Test
  void rowsOfOtherTablesAreRefused() {
    InitialRows original = original(RowFormat.of(2, 0), 1, 0);
    var unknown = new TableSet(List.of(new Table("z", 3)));
    assertThatThrownBy(() -> original.renumbered(unknown, row -> row))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of table z is to be row 0, of another table");
    var some = new TableSet(List.of(new Table("c", 3)));
    for (long last : new long[] {40, 3041, -1}) {
      assertThatThrownBy(() -> original.renumbered(some, row -> row == 2 ? last : 41 + row))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a row of table c is to be row " + last + ", of another table");
    }
  }
}
