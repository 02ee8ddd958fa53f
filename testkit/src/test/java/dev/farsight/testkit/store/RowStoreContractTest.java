package dev.farsight.testkit.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores with one planted bug each: the contract must find it. */
class RowStoreContractTest {

  private static final RowFormat FORMAT = RowFormat.of(3, 2);
  private static final RowFormat STARTED = RowFormat.fp32(3, List.of(new StatePart("n", 2, .5f)));

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void findsTheBugOfAStoreThat(
      String bug, Function<StoreSpec, RowStore> store, Consumer<RowStoreContract> test) {
    RowStoreContract contract = contract(new MemoryStores(store), folder);
    assertThatThrownBy(() -> test.accept(contract)).as(bug).isInstanceOf(AssertionError.class);
  }

  /** The contract of a factory's stores, whose files are in a folder. */
  static RowStoreContract contract(RowStoreFactory factory, Path folder) {
    var contract =
        new RowStoreContract() {
          @Override
          protected RowStoreFactory factory() {
            return factory;
          }
        };
    contract.folder = folder;
    return contract;
  }

  static Stream<Arguments> bugs() {
    return Stream.of(
        bug(
            "forgets optimizer state",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
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
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      if (!written(rows[from + i])) {
                        into.bytes(at + i)
                            .put(into.byteAt(at + i), new byte[spec().format().bytes()]);
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
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, 0, count, into, at);
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(FORMAT)),
        bug(
            "touches the row after those asked for",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    into.bytes(at + count).putInt(into.byteAt(at + count), 0x12345678);
                  }
                },
            contract -> contract.rowsNeverWrittenHaveTheirInitialValue(FORMAT)),
        bug(
            "scribbles on the source of a write",
            spec ->
                new Buggy(spec) {
                  @Override
                  void writeNow(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.writeNow(rows, from, count, source, at);
                    source.floats(at).put(source.wordAt(at), 1f);
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(FORMAT)),
        bug(
            "loses NaN payloads and the sign of zero",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      float first = into.floats(at + i).get(into.wordAt(at + i));
                      into.bytes(at + i)
                          .putInt(into.byteAt(at + i), Float.floatToIntBits(first + 0f));
                    }
                  }
                },
            contract -> contract.agreesWithTheOracleInRandomOperations(RowFormat.of(1, 0))),
        bug(
            "takes the last row of a table for the first of the next",
            spec ->
                new Buggy(spec) {
                  @Override
                  void writeNow(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.writeNow(wrapped(rows), from, count, source, at);
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
                  void writeNow(long[] rows, int from, int count, RowBuffer source, int at) {
                    for (int i = 0; i < count; i++) {
                      super.writeNow(rows, from + i, 1, source, at + i);
                    }
                  }
                },
            RowStoreContract::rowIdsOutsideTheTablesAreRefusedAndNothingIsWritten),
        bug(
            "cuts row ids to 31 bits",
            spec ->
                new Buggy(spec) {
                  @Override
                  void writeNow(long[] rows, int from, int count, RowBuffer source, int at) {
                    super.writeNow(cut(rows), from, count, source, at);
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
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    calls++;
                  }

                  @Override
                  public StoreStats stats() {
                    return new StoreStats(calls, super.stats().rowsWritten(), 1);
                  }
                },
            RowStoreContract::statsCountRows),
        bug(
            "says of the row behind a range that it was written",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void written(long fromRow, long toRow, RowBits target) {
                    super.written(fromRow, Math.min(toRow + 1, spec.tables().rows()), target);
                  }
                },
            RowStoreContract::knowsWhichRowsOfARangeWereWritten),
        bug(
            "counts a row that is written twice as two",
            spec ->
                new Buggy(spec) {
                  @Override
                  public long rowsHeld() {
                    return stats().rowsWritten();
                  }
                },
            RowStoreContract::knowsWhichRowsOfARangeWereWritten),
        bug(
            "takes a buffer for one chunk",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    for (int i = 0; i < count; i++) {
                      super.readNow(rows, from + i, 1, into, (at + i) % into.chunkRows());
                    }
                  }
                },
            RowStoreContract::rowsMayLieInSeveralChunksOfABuffer),
        bug(
            "starts optimizer state as 0",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    for (int i = 0; i < count; i++) {
                      if (!written(rows[from + i])) {
                        int state = into.wordAt(at + i) + spec().format().stateWord();
                        into.floats(at + i).put(state, new float[spec().format().stateFloats()]);
                      }
                    }
                  }
                },
            contract -> contract.rowsNeverWrittenHaveTheirInitialValue(STARTED)),
        bug(
            "keeps rows over the beginning of a generation",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void beginGeneration(int generation) {
                    RowBuffer row = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
                    super.read(new long[] {70}, 0, 1, row, 0).await();
                    super.beginGeneration(generation);
                    super.write(new long[] {70}, 0, 1, row, 0).await();
                  }
                },
            contract -> contract.aGenerationDrawsAllRowsAnew(FORMAT)),
        bug(
            "gives the seeds of the generation before",
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    super.readNow(rows, from, count, into, at);
                    for (int i = 0; i < count && into.seeds() != null; i++) {
                      if (!written(rows[from + i])) {
                        spec.initial().fill(rows[from + i], into, at + i);
                      }
                    }
                  }
                },
            contract -> contract.seedsAreThoseOfTheGeneration(FORMAT)),
        bug(
            "can be read after close",
            spec ->
                new Buggy(spec) {
                  @Override
                  public void close() {}
                },
            RowStoreContract::closingTwiceIsClosingOnceAndLaterCallsAreRefused),
        bug(
            "can be read after close by threads",
            NeverClosed::new,
            RowStoreContractTest::closedDuringReads),
        bug(
            "frees rows while they are read",
            FreesAtOnce::new,
            RowStoreContractTest::closedDuringReads));
  }

  private static void closedDuringReads(RowStoreContract contract) {
    try {
      contract.closingWaitsForTheCallsUnderWay();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class NeverClosed extends Buggy {
    NeverClosed(StoreSpec spec) {
      super(spec);
    }

    @Override
    public void close() {}
  }

  private static final class FreesAtOnce extends Buggy {
    private volatile boolean freed;

    FreesAtOnce(StoreSpec spec) {
      super(spec);
    }

    @Override
    void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
      super.readNow(rows, from, count, into, at);
      if (freed) {
        throw new NullPointerException("memory that was freed");
      }
    }

    @Override
    public void close() {
      freed = true;
      super.close();
    }
  }

  @Test
  void aFailureNamesTheCallAndTheRow() {
    var stores =
        new MemoryStores(
            spec ->
                new Buggy(spec) {
                  @Override
                  void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
                    throw new NullPointerException("no rows");
                  }
                });
    assertThatThrownBy(() -> contract(stores, folder).firstAndLastRowsOfTablesAreTheirOwn(FORMAT))
        .hasMessageContaining(
            "read of rows 0, 1, 2, 3, 4, 5, 6, 7 and 1195 more:"
                + " java.lang.NullPointerException: no rows");
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

    void readNow(long[] rows, int from, int count, RowBuffer into, int at) {
      super.read(rows, from, count, into, at).await();
    }

    void writeNow(long[] rows, int from, int count, RowBuffer source, int at) {
      super.write(rows, from, count, source, at).await();
    }

    @Override
    public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
      readNow(rows, from, count, target, targetRow);
      return Ticket.DONE;
    }

    @Override
    public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
      writeNow(rows, from, count, source, sourceRow);
      return Ticket.DONE;
    }
  }
}
