package dev.farsight.testkit.store;

import static dev.farsight.testkit.store.StoreCases.FORMATS;
import static dev.farsight.testkit.store.StoreCases.TABLES;
import static dev.farsight.testkit.store.StoreCases.all;
import static dev.farsight.testkit.store.StoreCases.buffer;
import static dev.farsight.testkit.store.StoreCases.seeds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows hold what was written, and their initial values before: bit for bit, weights and state. */
interface RowValueContract extends StoreUnderTest {

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void rowsNeverWrittenHaveTheirInitialValue(RowFormat format) {
    play(
        TABLES,
        format,
        1,
        (store, comparison) -> {
          comparison.verify(all(TABLES));
          comparison.write(4, 70, 1000);
          comparison.verify(all(TABLES));
        });
  }

  /** A device may draw them: {@link RowBuffer#seeds}. */
  @ParameterizedTest
  @MethodSource(FORMATS)
  default void rowsNeverWrittenMayBeGivenByTheirSeeds(RowFormat format) {
    play(
        TABLES,
        format,
        1,
        (store, comparison) -> {
          comparison.write(4, 70, 1000);
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

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void weightsAndStateTravelTogether(RowFormat format) {
    play(
        TABLES,
        format,
        2,
        (store, comparison) -> {
          RowBuffer rows = buffer(store, 2);
          for (int f = 0; f < 2 * format.words(); f++) {
            rows.floats().put(f, f + 0.5f);
          }
          store.write(new long[] {69, 6}, 0, 2, rows, 0).await();
          RowBuffer back = buffer(store, 2);
          store.read(new long[] {69, 6}, 0, 2, back, 0).await();
          for (int f = 0; f < 2 * format.words(); f++) {
            assertThat(back.floats().get(f))
                .as("read of rows 69 and 6, float %d", f)
                .isEqualTo(f + 0.5f);
          }
        });
  }

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void agreesWithTheOracleInRandomOperations(RowFormat format) {
    for (long seed = 1; seed <= seeds(format); seed++) {
      var random = new Random(seed);
      play(
          TABLES,
          format,
          seed,
          (store, comparison) -> {
            int rows = (int) TABLES.rows();
            for (int call = 0; call < 100; call++) {
              long[] ids = comparison.ids(random.nextInt(150), rows, 1, 0);
              switch (random.nextInt(8)) {
                case 0, 1, 2 -> comparison.write(ids);
                case 3 -> store.expect(ids, 0, ids.length);
                case 4 -> store.flush();
                default -> comparison.verify(ids);
              }
            }
            comparison.verify(all(TABLES));
          });
    }
  }

  @ParameterizedTest
  @MethodSource(FORMATS)
  default void firstAndLastRowsOfTablesAreTheirOwn(RowFormat format) {
    play(
        TABLES,
        format,
        3,
        (store, comparison) -> {
          for (int t = 0; t < TABLES.size(); t++) {
            comparison.write(TABLES.offset(t));
            comparison.verify(all(TABLES));
            comparison.write(TABLES.offset(t + 1) - 1);
            comparison.verify(all(TABLES));
          }
        });
  }

  @Test
  default void rowsMayLieInSeveralChunksOfABuffer() {
    RowFormat format = RowFormat.of(5, 2);
    play(
        TABLES,
        format,
        3,
        (store, comparison) -> {
          long[] rows = all(TABLES);
          var buffers = HostBuffers.plain();
          var chunked =
              RowBuffer.allocateChunked(format, rows.length, 20 * format.bytes(), buffers);
          assertThat(chunked.chunks()).isGreaterThan(2);
          comparison.write(4, 70, 1000);
          store.read(rows, 0, rows.length, chunked, 0).await();
          RowBuffer plain = buffer(store, rows.length);
          chunked.copyRows(0, plain, 0, rows.length);
          RowBuffer expected = buffer(store, rows.length);
          store.read(rows, 0, rows.length, expected, 0).await();
          assertThat(plain.bytes().mismatch(expected.bytes()))
              .as("first byte that a read into several chunks gives otherwise")
              .isEqualTo(-1);
          for (int row = 0; row < rows.length; row++) {
            chunked.floats(row).put(chunked.wordAt(row), row + .5f);
          }
          store.write(rows, 0, rows.length, chunked, 0).await();
          store.read(rows, 0, rows.length, expected, 0).await();
          for (int row = 0; row < rows.length; row++) {
            assertThat(expected.floats().get(expected.wordAt(row)))
                .as("read of row %d, written from several chunks", row)
                .isEqualTo(row + .5f);
          }
        });
  }
}
