package dev.farsight.testkit.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowFormat;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores with one planted bug each: the contract must find it. */
class RowStoreContractTest {

  private static final RowFormat FORMAT = RowFormat.of(3, 2);

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void findsTheBugOfAStoreThat(
      String bug, Function<StoreSpec, RowStore> store, Consumer<RowStoreContract> test) {
    var contract =
        new RowStoreContract() {
          @Override
          protected RowStore open(StoreSpec spec) {
            return store.apply(spec);
          }
        };
    assertThatThrownBy(() -> test.accept(contract)).as(bug).isInstanceOf(AssertionError.class);
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(
            "forgets optimizer state",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      into.floats(at + i).put(into.wordAt(at + i) + FORMAT.dim(), 0f);
                    }
                  }
                },
            contract -> contract.weightsAndStateTravelTogether(FORMAT)),
        bug(
            "takes rows never written for zeros",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      if (!written(rows[from + i])) {
                        into.bytes().put(into.byteAt(at + i), new byte[spec().format().bytes()]);
                      }
                    }
                  }
                },
            contract -> contract.rowsNeverWrittenHaveTheirInitialValue(FORMAT)),
        bug(
            "reads from the start of the ids",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, 0, count, into, at);
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(FORMAT)),
        bug(
            "touches the row after those asked for",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, from, count, into, at);
                    into.bytes().putInt(into.byteAt(at + count), 0x12345678);
                  }
                },
            contract -> contract.rowsNeverWrittenHaveTheirInitialValue(FORMAT)),
        bug(
            "scribbles on the source of a write",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.write(rows, from, count, source, at);
                    source.floats(at).put(source.wordAt(at), 1f);
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(FORMAT)),
        bug(
            "loses NaN payloads and the sign of zero",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      float first = into.floats(at + i).get(into.wordAt(at + i));
                      into.bytes().putInt(into.byteAt(at + i), Float.floatToIntBits(first + 0f));
                    }
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(RowFormat.of(1, 0))),
        bug(
            "takes the last row of a table for the first of the next",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.write(wrapped(rows), from, count, source, at);
                  }

                  private long[] wrapped(long[] rows) {
                    return LongStream.of(rows).map(r -> r == 5 ? 6 : r).toArray();
                  }
                },
            contract -> contract.firstAndLastRowsOfTablesAreTheirOwn(FORMAT)),
        bug(
            "writes what comes before a bad id",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
                    for (int i = 0; i < count; i++) {
                      super.write(rows, from + i, 1, source, at + i);
                    }
                  }
                },
            RowStoreContract::rowIdsOutsideTheTablesAreRefusedAndNothingIsWritten),
        bug(
            "cuts row ids to 31 bits",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void write(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.write(cut(rows), from, count, source, at);
                  }

                  private long[] cut(long[] rows) {
                    return Arrays.stream(rows).map(r -> r & Integer.MAX_VALUE).toArray();
                  }
                },
            RowStoreContract::tablesBeyondAnIntWork),
        bug(
            "counts calls instead of rows",
            spec ->
                new Buggy(spec) {
                  private long calls;

                  @Override
                  public void read(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.read(rows, from, count, into, at);
                    calls++;
                  }

                  @Override
                  public StoreStats stats() {
                    return new StoreStats(calls, super.stats().rowsWritten(), 1);
                  }
                },
            RowStoreContract::statsCountRows),
        bug(
            "can be read after close",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void close() {}
                },
            RowStoreContract::closingTwiceIsClosingOnceAndLaterCallsAreRefused));
  }

  private static Arguments bug(
      String what, Function<StoreSpec, RowStore> store, Consumer<RowStoreContract> test) {
    return arguments(what, store, test);
  }

  /** A right store, for subclasses to spoil. */
  private abstract static class Buggy extends ForwardingRowStore {
    Buggy(StoreSpec spec) {
      super(new NaiveRowStore(spec));
    }
  }
}
