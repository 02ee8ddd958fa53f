package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.FORMATS;
import static dev.farsight.testkit.store.StoreCases.SEEDS;
import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All rows are drawn anew, and a store that keeps its rows finds the earlier ones again. */
interface GenerationContract extends StoreUnderTest {

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void aGenerationDrawsAllRowsAnew(RowFormat format) {
    play(
        TABLES,
        format,
        9,
        (store, comparison) -> {
          comparison.write(4, 70, 1000);
          for (int generation : new int[] {1, 2, 7}) {
            comparison.beginGeneration(generation);
            String after = "after beginGeneration(" + generation + ")";
            assertThat(store.spec().initial().generation())
                .as("generation of spec() " + after)
                .isEqualTo(generation);
            assertThat(store.rowsHeld()).as("rowsHeld() " + after).isZero();
            comparison.verify(all(TABLES));
            comparison.write(4, 71, generation);
            comparison.verify(all(TABLES));
            assertThat(store.rowsHeld()).as("rowsHeld(), three rows written").isEqualTo(3);
          }
        });
  }

  /** A device that draws rows from their seeds must draw those of the generation. */
  @ParameterizedTest
  @MethodSource(FORMATS)
  default void seedsAreThoseOfTheGeneration(RowFormat format) {
    play(
        TABLES,
        format,
        9,
        (store, comparison) -> {
          comparison.write(all(TABLES));
          comparison.beginGeneration(1);
          comparison.write(3, 77);
          long[] rows = all(TABLES);
          var plain = RowBuffer.allocate(format, rows.length, HostBuffers.plain());
          var seeded = RowBuffer.allocateSeeded(format, rows.length, HostBuffers.plain());
          store.read(rows, 0, rows.length, plain, 0).await();
          store.read(rows, 0, rows.length, seeded, 0).await();
          for (int r = 0; r < rows.length; r++) {
            assertThat(SeededRows.row(seeded, r))
                .as("read of row %d by its seed", r)
                .isEqualTo(SeededRows.row(plain, r));
          }
        });
  }

  @Test
  default void agreesWithTheOracleInRandomOperationsOverGenerations() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      var random = new Random(seed);
      play(
          TABLES,
          RowFormat.of(16, 1),
          seed,
          (store, comparison) -> {
            int rows = (int) TABLES.rows();
            int generation = 0;
            for (int call = 0; call < 100; call++) {
              long[] ids = comparison.ids(random.nextInt(150), rows, 1, 0);
              switch (random.nextInt(16)) {
                case 0, 1, 2, 3, 4, 5 -> comparison.write(ids);
                case 6 -> store.expect(ids, 0, ids.length);
                case 7 -> store.flush();
                case 8 -> comparison.beginGeneration(generation += 1 + random.nextInt(2));
                case 9 -> store.keepGenerations(Set.of());
                default -> comparison.verify(ids);
              }
            }
            comparison.verify(all(TABLES));
          });
    }
  }

  /** Only stores that keep their rows after the process have to. */
  @Test
  default void generationsThatAreKeptCanBeReturnedTo() {
    Assumptions.assumeTrue(stores().persistent(), "a store in memory");
    play(
        TABLES,
        RowFormat.of(16, 1),
        10,
        (store, first) -> {
          first.write(4, 70, 1000);
          store.flush();
          store.beginGeneration(1);
          var second = new StoreComparison(store, 11);
          second.write(4, 5);
          store.flush();
          store.beginGeneration(2);
          new StoreComparison(store, 12).write(all(TABLES));
          store.keepGenerations(Set.of(0, 1));
          store.returnToGeneration(1);
          second.verify(all(TABLES));
          assertThat(store.identity().orElseThrow().generation())
              .as("generation of identity() after returnToGeneration(1)")
              .isEqualTo(1);
          second.write(6);
          store.flush();
          store.returnToGeneration(0);
          first.verify(all(TABLES));
          assertThat(store.rowsHeld()).as("rowsHeld() after returnToGeneration(0)").isEqualTo(3);
          store.returnToGeneration(1);
          second.verify(all(TABLES));
          assertThatThrownBy(() -> store.returnToGeneration(9))
              .as("returnToGeneration(9), which there never was")
              .isInstanceOf(FarsightException.class)
              .hasMessageContaining("generation 9");
          second.verify(all(TABLES));
        });
  }
}
