package dev.farsight.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every row store must do. Authors extend it and open their store:
 *
 * <pre>
 * class MyStoreTest extends RowStoreContract {
 *   &#64;Override
 *   protected RowStore open(StoreSpec spec) {
 *     return new MyStoreFactory().open(spec);
 *   }
 * }
 * </pre>
 *
 * <p>Every open gives a new, empty store, also while another is open. Random operations are
 * compared with a {@link NaiveRowStore}; a failure names the seed.
 */
public abstract class RowStoreContract {

  private static final int SEEDS = 5;
  private static final int THREADS = 4;

  private static final TableSet TABLES = tables(1, 5, 64, 1, 1000, 3, 129);

  /** A new, empty store. */
  protected abstract RowStore open(StoreSpec spec);

  /** The section {@code farsight.storage.NAME} that specs are made with; empty by default. */
  protected Settings settings() {
    return Settings.of("farsight.storage.test", ConfigFactory.empty());
  }

  /** The spec of a store under test. */
  protected final StoreSpec spec(TableSet tables, RowFormat format) {
    return new StoreSpec(tables, format, new InitialRows(tables, format, 7), settings(), 2);
  }

  /** Tables of these many rows. */
  protected static TableSet tables(int... rows) {
    return new TableSet(
        IntStream.range(0, rows.length).mapToObj(t -> new Table("t" + t, rows[t])).toList());
  }

  /** Row formats that every store is tried with: states of 0, 1, D and 2 D floats among them. */
  protected static Stream<RowFormat> formats() {
    return Stream.of(
        RowFormat.of(1, 0),
        RowFormat.of(3, 2),
        RowFormat.of(16, 1),
        RowFormat.of(128, 0),
        RowFormat.fp32(4, List.of(new StatePart("n", 4, .25f))),
        RowFormat.fp32(64, List.of(new StatePart("m", 64, 0), new StatePart("v", 64, 1e-3f))),
        RowFormat.fp32(1024, List.of(new StatePart("z", 1024, 0), new StatePart("n", 1024, -2f))));
  }

  /** What a test does with a store and its oracle. */
  @FunctionalInterface
  private interface Play {
    void play(RowStore store, StoreComparison comparison) throws Exception;
  }

  private void play(TableSet tables, RowFormat format, long seed, Play play) {
    try (RowStore store = open(spec(tables, format))) {
      play.play(store, new StoreComparison(store, seed));
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ", " + format + ": " + e.getMessage(), e);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void rowsNeverWrittenHaveTheirInitialValue(RowFormat format) {
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
  @MethodSource("formats")
  void rowsNeverWrittenMayBeGivenByTheirSeeds(RowFormat format) {
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
                .as("row %d", r)
                .isEqualTo(SeededRows.row(plain, r));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void weightsAndStateTravelTogether(RowFormat format) {
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
            assertThat(back.floats().get(f)).as("float %d", f).isEqualTo(f + 0.5f);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void agreesWithTheOracleInRandomOperations(RowFormat format) {
    for (long seed = 1; seed <= SEEDS; seed++) {
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
  @MethodSource("formats")
  void aGenerationDrawsAllRowsAnew(RowFormat format) {
    play(
        TABLES,
        format,
        9,
        (store, comparison) -> {
          comparison.write(4, 70, 1000);
          for (int generation : new int[] {1, 2, 7}) {
            comparison.beginGeneration(generation);
            assertThat(store.spec().initial().generation()).isEqualTo(generation);
            assertThat(store.rowsHeld()).isZero();
            comparison.verify(all(TABLES));
            comparison.write(4, 71, generation);
            comparison.verify(all(TABLES));
            assertThat(store.rowsHeld()).isEqualTo(3);
          }
        });
  }

  /** A device that draws rows from their seeds must draw those of the generation. */
  @ParameterizedTest
  @MethodSource("formats")
  void seedsAreThoseOfTheGeneration(RowFormat format) {
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
                .as("row %d", r)
                .isEqualTo(SeededRows.row(plain, r));
          }
        });
  }

  @Test
  void agreesWithTheOracleInRandomOperationsOverGenerations() {
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
  void generationsThatAreKeptCanBeReturnedTo() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        10,
        (store, first) -> {
          if (store.identity().isEmpty()) {
            return;
          }
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
          assertThat(store.identity().orElseThrow().generation()).isEqualTo(1);
          second.write(6);
          store.flush();
          store.returnToGeneration(0);
          first.verify(all(TABLES));
          assertThat(store.rowsHeld()).isEqualTo(3);
          store.returnToGeneration(1);
          second.verify(all(TABLES));
          assertThatThrownBy(() -> store.returnToGeneration(9))
              .isInstanceOf(FarsightException.class)
              .hasMessageContaining("generation 9");
          second.verify(all(TABLES));
        });
  }

  @ParameterizedTest
  @MethodSource("formats")
  void firstAndLastRowsOfTablesAreTheirOwn(RowFormat format) {
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

  @ParameterizedTest
  @MethodSource("formats")
  void disjointCallsFromSeveralThreadsDoNotDisturbEachOther(RowFormat format) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      long base = seed * 100;
      play(
          TABLES,
          format,
          seed,
          (store, unused) -> {
            // Rows of all threads lie side by side, so that they share words, lines and pages.
            int rows = (int) TABLES.rows() / THREADS;
            inThreads(
                thread -> {
                  var comparison = new StoreComparison(store, base + thread);
                  for (int call = 0; call < 60; call++) {
                    comparison.write(comparison.ids(20, rows, THREADS, thread));
                    comparison.verify(comparison.ids(20, rows, THREADS, thread));
                  }
                  comparison.verify(comparison.ids(rows, rows, THREADS, thread));
                });
          });
    }
  }

  @Test
  void firstWritesOfNeighboursFromSeveralThreadsAreAllKept() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      play(
          TABLES,
          RowFormat.of(2, 0),
          seed,
          (store, unused) -> {
            int rows = (int) TABLES.rows() / THREADS;
            inThreads(
                thread -> {
                  RowBuffer one = buffer(store, 1);
                  for (int row = 0; row < rows; row++) {
                    store.write(new long[] {(long) row * THREADS + thread}, 0, 1, one, 0).await();
                  }
                });
            for (long row = 0; row < (long) rows * THREADS; row++) {
              assertThat(store.written(row)).as("written(%d)", row).isTrue();
            }
          });
    }
  }

  @Test
  void rowIdsOutsideTheTablesAreRefusedAndNothingIsWritten() {
    play(
        TABLES,
        RowFormat.of(3, 2),
        4,
        (store, comparison) -> {
          long end = TABLES.rows();
          for (long bad :
              new long[] {-1, end, end + 63, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE}) {
            RowBuffer rows = buffer(store, 4);
            long[] ids = {3, 70, bad, 2};
            assertThatThrownBy(() -> store.write(ids, 0, 4, rows, 0))
                .as("write of row %d", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.read(ids, 0, 4, rows, 0))
                .as("read of row %d", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> store.written(bad))
                .as("written(%d)", bad)
                .isInstanceOf(IndexOutOfBoundsException.class);
          }
          comparison.verify(all(TABLES));
        });
  }

  @Test
  void knowsWhichRowsOfARangeWereWritten() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      var random = new Random(seed);
      play(
          TABLES,
          RowFormat.of(2, 0),
          seed,
          (store, comparison) -> {
            assertThat(store.rowsHeld()).isZero();
            int rows = (int) TABLES.rows();
            var oracle = new TreeSet<Long>();
            for (int round = 0; round < 10; round++) {
              long[] ids = comparison.ids(1 + random.nextInt(200), rows, 1, 0);
              comparison.write(ids);
              LongStream.of(ids).forEach(oracle::add);
              assertThat(store.rowsHeld()).isEqualTo(oracle.size());
              long from = random.nextInt(rows + 1);
              long to = from + random.nextInt(rows + 1 - (int) from);
              var written = new RowBits(rows);
              store.written(from, to, written);
              var found = new ArrayList<Long>();
              for (long row = written.next(0); row >= 0; row = written.next(row + 1)) {
                found.add(row);
              }
              assertThat(found)
                  .as("rows written in [%d, %d)", from, to)
                  .containsExactlyElementsOf(oracle.subSet(from, to));
            }
          });
    }
  }

  @Test
  void rowsMayLieInSeveralChunksOfABuffer() {
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
          assertThat(plain.bytes().mismatch(expected.bytes())).isEqualTo(-1);
          for (int row = 0; row < rows.length; row++) {
            chunked.floats(row).put(chunked.wordAt(row), row + .5f);
          }
          store.write(rows, 0, rows.length, chunked, 0).await();
          store.read(rows, 0, rows.length, expected, 0).await();
          for (int row = 0; row < rows.length; row++) {
            assertThat(expected.floats().get(expected.wordAt(row)))
                .as("row %d", row)
                .isEqualTo(row + .5f);
          }
        });
  }

  @Test
  void statsCountRows() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        5,
        (store, comparison) -> {
          assertThat(store.stats().rowsRead()).isZero();
          assertThat(store.stats().rowsWritten()).isZero();
          comparison.write(5, 6, 7);
          comparison.write(7);
          comparison.write();
          comparison.verify(5, 6, 900, 901, 902);
          comparison.verify();
          assertThat(store.stats().rowsRead()).isEqualTo(5);
          assertThat(store.stats().rowsWritten()).isEqualTo(4);
          assertThat(store.stats().bytes()).isPositive();
        });
  }

  @Test
  void knowsWhatItWasOpenedWith() {
    StoreSpec spec = spec(TABLES, RowFormat.of(16, 1));
    try (RowStore store = open(spec)) {
      assertThat(store.spec()).isEqualTo(spec);
    }
  }

  @Test
  void twoOpenStoresHoldTheirOwnRows() {
    play(
        TABLES,
        RowFormat.of(16, 1),
        6,
        (store, comparison) -> {
          comparison.write(1, 2, 3);
          play(
              TABLES,
              RowFormat.of(16, 1),
              7,
              (other, otherComparison) -> {
                otherComparison.verify(all(TABLES));
                otherComparison.write(3, 4);
                otherComparison.verify(all(TABLES));
              });
          comparison.verify(all(TABLES));
        });
  }

  @Test
  void closingTwiceIsClosingOnceAndLaterCallsAreRefused() {
    RowStore store = open(spec(TABLES, RowFormat.of(16, 1)));
    RowBuffer rows = buffer(store, 1);
    store.write(new long[] {5}, 0, 1, rows, 0).await();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.read(new long[] {5}, 0, 1, rows, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store.write(new long[] {5}, 0, 1, rows, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  /**
   * 4.5e9 rows of one float: row ids, floats and bytes exceed an int, signed or not. Few are
   * written, so that a store which keeps rows sparsely takes little.
   */
  @Test
  void tablesBeyondAnIntWork() {
    TableSet huge = tables(1_500_000_000, 1_499_999_999, 1, 1_500_000_000);
    play(
        huge,
        RowFormat.of(1, 0),
        8,
        (store, comparison) -> {
          long end = huge.rows();
          long[] ids = {
            0,
            1L << 29,
            (1L << 31) - 1,
            1L << 31,
            1L << 32,
            huge.offset(1) - 1,
            huge.offset(1),
            end - 1
          };
          // Where a row would land if a bit of its id or of its position were lost.
          long[] others =
              LongStream.of(ids)
                  .flatMap(
                      id ->
                          LongStream.rangeClosed(16, 33)
                              .flatMap(bit -> LongStream.of(id ^ 1L << bit, id % (1L << bit))))
                  .filter(id -> id < end)
                  .distinct()
                  .toArray();
          comparison.verify(ids);
          comparison.write(ids);
          comparison.verify(others);
          comparison.write(others);
          comparison.verify(ids);
          comparison.verify(others);
        });
  }

  /** The body of one of several threads. */
  @FunctionalInterface
  private interface Body {
    void run(int thread) throws Exception;
  }

  private static void inThreads(Body body) throws Exception {
    var executor = Executors.newFixedThreadPool(THREADS);
    try {
      var calls = new ArrayList<Callable<Void>>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        calls.add(
            () -> {
              body.run(thread);
              return null;
            });
      }
      List<Future<Void>> done = executor.invokeAll(calls);
      for (Future<Void> future : done) {
        future.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  private static long[] all(TableSet tables) {
    return LongStream.range(0, tables.rows()).toArray();
  }

  private static RowBuffer buffer(RowStore store, int rows) {
    return RowBuffer.allocate(store.spec().format(), rows, HostBuffers.plain());
  }
}
