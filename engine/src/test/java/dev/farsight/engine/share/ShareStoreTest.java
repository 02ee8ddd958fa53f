package dev.farsight.engine.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.ForwardingRowStore;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.Allocation;
import dev.farsight.testkit.store.AssertingRowStore;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.MemoryStores;
import dev.farsight.testkit.store.NaiveRowStore;
import dev.farsight.testkit.store.RowStoreContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The contract sees shares of several processes as one store: {@link SplitStore}. */
class ShareStoreTest extends RowStoreContract {

  private static final RowFormat FORMAT = RowFormat.of(4, 1);

  /** Finding the rows of a share takes a look at all rows. */
  private static final long MOST_ROWS_TO_DIVIDE = 1_000_000;

  private int opened;

  @Override
  protected RowStoreFactory factory() {
    return new MemoryStores(
        spec -> {
          opened++;
          boolean divides = spec.tables().rows() <= MOST_ROWS_TO_DIVIDE;
          int processes = divides ? 1 + opened % 3 : 1;
          var kind = opened % 2 == 0 ? Shardings.Kind.ROW : Shardings.Kind.TABLE;
          var sharding =
              Shardings.of(new Random(opened), kind, spec.tables(), processes, 1 + opened % 2);
          boolean deferred = opened % 4 == 0;
          return new SplitStore(
              spec,
              sharding,
              part ->
                  deferred
                      ? new DeferredRowStore(new NaiveRowStore(part))
                      : new NaiveRowStore(part));
        });
  }

  private static ShareStore store(StoreSpec spec, Shardings sharding, int process) {
    try (var workers = new Workers("test", 1)) {
      var share =
          new RowShare(spec.tables(), sharding.owners(), sharding.ranksOf(process), workers);
      var below = new NaiveRowStore(ShareStore.specOf(share, spec));
      return new ShareStore(new AssertingRowStore(new DeferredRowStore(below)), share, spec);
    }
  }

  /**
   * Several calls are under way at once, whose ids the caller may reuse only once they are done.
   */
  @Test
  void ranksReadAndWriteTheirRowsAndNoOthers() {
    for (long seed = 1; seed <= 12; seed++) {
      var random = new Random(seed);
      var sharding = Shardings.random(random, Shardings.Kind.MIXED, 2 + (int) seed % 2, 2);
      StoreSpec spec = spec(sharding.tables(), FORMAT);
      for (int process = 0; process < sharding.processes(); process++) {
        var oracle = new NaiveRowStore(spec);
        try (ShareStore store = store(spec, sharding, process)) {
          play("seed " + seed + ", process " + process, store, oracle, sharding, process, random);
        }
      }
    }
  }

  private static void play(
      String what,
      ShareStore store,
      NaiveRowStore oracle,
      Shardings sharding,
      int process,
      Random random) {
    var own = new ArrayList<Long>();
    var foreign = new ArrayList<Long>();
    for (long row = 0; row < sharding.tables().rows(); row++) {
      (sharding.has(process, row) ? own : foreign).add(row);
    }
    var written = new TreeSet<Long>();
    for (int round = 1; round <= 30; round++) {
      if (random.nextInt(10) == 0) {
        store.beginGeneration(round);
        oracle.beginGeneration(round);
        written.clear();
      }
      Collections.shuffle(own, random);
      int calls = 1 + random.nextInt(4);
      var tickets = new ArrayList<Ticket>();
      var checks = new ArrayList<Runnable>();
      for (int call = 0; call < calls; call++) {
        long[] ids =
            own.subList(own.size() * call / calls, own.size() * (call + 1) / calls).stream()
                .mapToLong(row -> row)
                .limit(random.nextInt(100))
                .toArray();
        var rows = RowBuffer.allocate(FORMAT, ids.length + 2, HostBuffers.plain());
        store.expect(ids, 0, ids.length);
        if (random.nextBoolean()) {
          for (int word = 0; word < rows.floats().capacity(); word++) {
            rows.floats().put(word, random.nextFloat());
          }
          store.expectWrites(ids, 0, ids.length);
          oracle.write(ids, 0, ids.length, rows, 2);
          tickets.add(store.write(ids, 0, ids.length, rows, 2));
          LongStream.of(ids).forEach(written::add);
        } else {
          tickets.add(store.read(ids, 0, ids.length, rows, 2));
          checks.add(() -> assertRows(what, oracle, ids, rows));
        }
      }
      Collections.shuffle(tickets, random);
      tickets.forEach(Ticket::await);
      tickets.forEach(Ticket::await);
      checks.forEach(Runnable::run);
      assertWritten(what, store, written, sharding.tables().rows(), random);
    }
    if (!foreign.isEmpty()) {
      assertRefused(what, store, own, foreign.get(random.nextInt(foreign.size())), written.size());
    }
    assertThat(store.spec().tables()).as(what).isEqualTo(sharding.tables());
    assertThat(store.spec().initial().generation())
        .as(what)
        .isEqualTo(oracle.spec().initial().generation());
  }

  private static void assertRows(String what, NaiveRowStore oracle, long[] ids, RowBuffer rows) {
    var bytes = new byte[FORMAT.bytes()];
    for (int i = 0; i < ids.length; i++) {
      rows.bytes().get(rows.byteAt(i + 2), bytes);
      assertThat(bytes).as("%s: row %d", what, ids[i]).isEqualTo(oracle.value(ids[i]));
    }
  }

  private static void assertWritten(
      String what, ShareStore store, SortedSet<Long> written, long rows, Random random) {
    assertThat(store.rowsHeld()).as(what).isEqualTo(written.size());
    long from = random.nextInt((int) rows + 1);
    long to = from + random.nextInt((int) (rows - from) + 1);
    var found = new RowBits(rows);
    store.written(from, to, found);
    var ids = new ArrayList<Long>();
    for (long row = found.next(0); row >= 0; row = found.next(row + 1)) {
      ids.add(row);
      assertThat(store.written(row)).as("%s: written(%d)", what, row).isTrue();
    }
    assertThat(ids)
        .as("%s: [%d, %d)", what, from, to)
        .isEqualTo(List.copyOf(written.subSet(from, to)));
  }

  private static void assertRefused(
      String what, ShareStore store, List<Long> own, long foreign, long held) {
    long[] ids = own.isEmpty() ? new long[] {foreign} : new long[] {own.get(0), foreign};
    var rows = RowBuffer.allocate(FORMAT, ids.length, HostBuffers.plain());
    for (Runnable call :
        List.<Runnable>of(
            () -> store.read(ids, 0, ids.length, rows, 0),
            () -> store.write(ids, 0, ids.length, rows, 0),
            () -> store.expectWrites(ids, 0, ids.length),
            () -> store.written(foreign))) {
      assertThatThrownBy(call::run)
          .as(what)
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageMatching(
              "row id " + foreign + ", row \\d+ of table t\\d, is on another process");
    }
    assertThat(store.rowsHeld()).as("%s: nothing is written", what).isEqualTo(held);
  }

  @Test
  void aStoreOfOtherTablesIsRefused() {
    TableSet tables = new TableSet(List.of(new Table("a", 40), new Table("b", 60)));
    var sharding = Shardings.of(new Random(1), Shardings.Kind.ROW, tables, 2, 1);
    StoreSpec spec = spec(tables, FORMAT);
    try (var workers = new Workers("test", 1)) {
      var share = new RowShare(tables, sharding.owners(), List.of(1), workers);
      assertThatThrownBy(() -> new ShareStore(new NaiveRowStore(spec), share, spec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a store of 2 tables, 100 rows for a share of 2 tables, ");
    }
  }

  @Test
  void failuresOfTheStoreBelowAreThrown() {
    TableSet tables = new TableSet(List.of(new Table("a", 40)));
    var sharding = Shardings.of(new Random(1), Shardings.Kind.REPLICATED, tables, 2, 1);
    StoreSpec spec = spec(tables, FORMAT);
    try (var workers = new Workers("test", 1)) {
      var share = new RowShare(tables, sharding.owners(), List.of(1), workers);
      var faulty = new FaultyRowStore(new NaiveRowStore(ShareStore.specOf(share, spec)));
      faulty.fail(FaultyRowStore.Call.READ, 1, new FarsightException("gone"));
      var store = new ShareStore(new DeferredRowStore(faulty), share, spec);
      var rows = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
      Ticket ticket = store.read(new long[] {7}, 0, 1, rows, 0);
      assertThatThrownBy(ticket::await).isInstanceOf(FarsightException.class).hasMessage("gone");
      store.read(new long[] {7}, 0, 1, rows, 0).await();
    }
  }

  @Test
  void callsAllocateNothingOnceSuchSizesWereSeen() {
    TableSet tables = new TableSet(List.of(new Table("a", 1000)));
    var sharding = Shardings.of(new Random(1), Shardings.Kind.REPLICATED, tables, 2, 1);
    StoreSpec spec = spec(tables, FORMAT);
    try (var workers = new Workers("test", 1)) {
      var share = new RowShare(tables, sharding.owners(), List.of(1), workers);
      var below = new NoStore(new NaiveRowStore(ShareStore.specOf(share, spec)));
      var store = new ShareStore(below, share, spec);
      long[] ids = LongStream.range(0, 1000).toArray();
      var rows = RowBuffer.allocate(FORMAT, 1000, HostBuffers.plain());
      for (int i = 0; i < 100; i++) {
        store.read(ids, 0, 1000, rows, 0);
      }
      var allocation = new Allocation();
      for (int i = 0; i < 100; i++) {
        store.read(ids, i, 1000 - i, rows, 0);
        store.write(ids, i, 1000 - i, rows, 0);
        store.expect(ids, i, 1000 - i);
        store.expectWrites(ids, i, 1000 - i);
      }
      assertThat(allocation.bytes()).isLessThan(1000);
    }
  }

  /** Does nothing, without taking memory. */
  private static final class NoStore extends ForwardingRowStore {

    NoStore(RowStore store) {
      super(store);
    }

    @Override
    public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
      return Ticket.DONE;
    }

    @Override
    public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
      return Ticket.DONE;
    }
  }
}
