package dev.farsight.engine.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.collective.CollectivePlugin;
import dev.farsight.testkit.config.Sections;
import dev.farsight.testkit.plugin.RegisteredFactories;
import dev.farsight.testkit.store.DeferredRowStore;
import dev.farsight.testkit.store.FaultyRowStore;
import dev.farsight.testkit.store.FaultyRowStore.Call;
import dev.farsight.testkit.store.NaiveRowStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GatheredRowsTest {

  private static final RowFormat FORMAT = RowFormat.of(4, 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Three of them fit a message, so that a read takes several. */
  private static final RowFormat LONG_ROWS = RowFormat.of(330_000, 0);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<?>> servers = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).as("all threads end").isTrue();
  }

  /** The processes of a run after its end, and a store of all rows. */
  private record Run(
      Shardings sharding, List<RowStore> stores, List<Collective> group, NaiveRowStore all) {

    RowProcesses processes() {
      return new RowProcesses(sharding.owners(), sharding.processes());
    }

    Run over(List<Collective> other) {
      return new Run(sharding, stores, other, all);
    }
  }

  /** Replicated rows differ on process 0 from those of others, to tell them apart. */
  private static Run run(
      Random random,
      Shardings sharding,
      RowFormat format,
      Duration timeout,
      UnaryOperator<RowStore> wrapped) {
    TableSet tables = sharding.tables();
    var spec =
        new StoreSpec(tables, format, new InitialRows(tables, format, 5), null, 1).ofGeneration(2);
    var all = new NaiveRowStore(spec);
    var stores = new ArrayList<RowStore>();
    try (var workers = new Workers("test", 1)) {
      for (int p = 0; p < sharding.processes(); p++) {
        var share = new RowShare(tables, sharding.owners(), sharding.ranksOf(p), workers);
        var below = wrapped.apply(new NaiveRowStore(ShareStore.specOf(share, spec)));
        stores.add(new ShareStore(below, share, spec));
      }
    }
    var row = RowBuffer.allocate(format, 1, HostBuffers.plain());
    double part = random.nextInt(4) / 3.;
    for (long id = 0; id < tables.rows(); id++) {
      long[] ids = {id};
      boolean first = true;
      for (int p = 0; p < sharding.processes(); p++) {
        if (sharding.has(p, id)) {
          boolean written = random.nextDouble() < part;
          for (int word = 0; word < format.words(); word++) {
            row.floats().put(word, id + word * .5f + p * .25f);
          }
          if (written) {
            stores.get(p).write(ids, 0, 1, row, 0).await();
          }
          if (written && first) {
            all.write(ids, 0, 1, row, 0).await();
          }
          first = false;
        }
      }
    }
    return new Run(sharding, stores, group("threads", sharding.processes(), timeout), all);
  }

  private static List<Collective> group(String collective, int processes, Duration timeout) {
    var factory =
        RegisteredFactories.ofService(CollectivePlugin.class).collectives().get(collective);
    List<Integer> ranks = IntStream.range(0, processes).boxed().toList();
    return factory.connect(
        new CollectiveContext(
            Sections.of("farsight.sharding." + collective, "", factory),
            "ends",
            ranks.stream().map(p -> "process " + p).toList(),
            ranks,
            timeout,
            Optional.empty()));
  }

  private GatheredRows gather(Run run) {
    for (int p = 1; p < run.group().size(); p++) {
      var server = new RowServer(run.stores().get(p), run.processes(), run.group().get(p));
      servers.add(threads.submit(server::serve));
    }
    return new GatheredRows(run.stores().get(0), run.processes(), run.group().get(0));
  }

  private void awaitServers() throws Exception {
    for (Future<?> server : servers) {
      server.get(30, TimeUnit.SECONDS);
    }
    servers.clear();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2", "3, 1", "3, 2"})
  void allRowsAreThoseOfAStoreOfAll(int processes, int devices) throws Exception {
    for (long seed = 1; seed <= 12; seed++) {
      var random = new Random(seed);
      var kind = List.of(Shardings.Kind.values()).get((int) seed % 4);
      var sharding = Shardings.random(random, kind, processes, devices);
      Run run = run(random, sharding, FORMAT, TIMEOUT, DeferredRowStore::new);
      String what = "seed " + seed + ", " + sharding;
      try (GatheredRows rows = gather(run)) {
        verifyCounts(what, rows, run.all(), random);
        var readers = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 4; thread++) {
          var own = new Random(seed * 10 + thread);
          readers.add(threads.submit(() -> verifyRows(what, rows, run.all(), own)));
        }
        for (Future<?> reader : readers) {
          reader.get(30, TimeUnit.SECONDS);
        }
        verifyCounts(what, rows, run.all(), random);
        assertThat(rows.spec()).as(what).isEqualTo(run.all().spec());
        assertThat(rows.stats()).as(what).isEqualTo(run.stores().get(0).stats());
      }
      awaitServers();
    }
  }

  private static void verifyRows(String what, RowReader rows, NaiveRowStore all, Random random) {
    int tableRows = (int) all.spec().tables().rows();
    for (int call = 0; call < 20; call++) {
      var ids = new ArrayList<Long>();
      LongStream.range(0, tableRows).forEach(ids::add);
      Collections.shuffle(ids, random);
      int from = random.nextInt(tableRows + 1);
      int count = random.nextInt(tableRows - from + 1);
      long[] asked = ids.stream().mapToLong(id -> id).toArray();
      var target =
          call % 2 == 0
              ? RowBuffer.allocate(FORMAT, count + 3, HostBuffers.plain())
              : RowBuffer.allocateSeeded(FORMAT, count + 3, HostBuffers.plain());
      rows.read(asked, from, count, target, 3).await();
      var seeded = RowBuffer.allocateSeeded(FORMAT, 1, HostBuffers.plain());
      var bytes = new byte[FORMAT.bytes()];
      for (int i = 0; i < count; i++) {
        long id = asked[from + i];
        String row = what + ", row " + id;
        if (target.seeds() != null && target.seeds().scales().get(3 + i) != 0) {
          all.spec().initial().fill(id, seeded, 0);
          assertThat(all.written(id)).as(row).isFalse();
          assertThat(target.seeds().keys().get(3 + i))
              .as(row)
              .isEqualTo(seeded.seeds().keys().get(0));
          assertThat(target.seeds().scales().get(3 + i))
              .as(row)
              .isEqualTo(seeded.seeds().scales().get(0));
        } else {
          target.bytes().get(target.byteAt(3 + i), bytes);
          assertThat(bytes).as(row).isEqualTo(all.value(id));
        }
      }
      long id = random.nextInt(tableRows);
      assertThat(rows.written(id)).as("%s, written(%d)", what, id).isEqualTo(all.written(id));
    }
  }

  private static void verifyCounts(String what, RowReader rows, NaiveRowStore all, Random random) {
    assertThat(rows.rowsHeld()).as(what).isEqualTo(all.rowsHeld());
    long tableRows = all.spec().tables().rows();
    for (int range = 0; range < 5; range++) {
      long from = range == 0 ? 0 : random.nextInt((int) tableRows + 1);
      long to = range == 0 ? tableRows : from + random.nextInt((int) (tableRows - from) + 1);
      var found = new RowBits(tableRows);
      var expected = new RowBits(tableRows);
      rows.written(from, to, found);
      all.written(from, to, expected);
      assertThat(list(found)).as("%s, [%d, %d)", what, from, to).isEqualTo(list(expected));
    }
  }

  private static List<Long> list(RowBits bits) {
    var rows = new ArrayList<Long>();
    for (long row = bits.next(0); row >= 0; row = bits.next(row + 1)) {
      rows.add(row);
    }
    return rows;
  }

  @Test
  void longRowsAndManyRowsTakeSeveralMessages() throws Exception {
    var tables = new TableSet(List.of(new Table("a", 20)));
    var sharding = Shardings.of(new Random(1), Shardings.Kind.ROW, tables, 2, 1);
    assertThat(GatherCommand.chunkRows(LONG_ROWS.bytes())).isEqualTo(3);
    Run run = run(new Random(4), sharding, LONG_ROWS, TIMEOUT, store -> store);
    try (GatheredRows rows = gather(run)) {
      long[] ids = LongStream.range(0, 20).toArray();
      var target = RowBuffer.allocate(LONG_ROWS, 20, HostBuffers.plain());
      rows.read(ids, 0, 20, target, 0).await();
      var expected = RowBuffer.allocate(LONG_ROWS, 20, HostBuffers.plain());
      run.all().read(ids, 0, 20, expected, 0).await();
      assertThat(target.bytes().mismatch(expected.bytes())).isEqualTo(-1);
    }
    awaitServers();
  }

  /** Which rows were written comes in pieces of 2^22 rows. */
  @Test
  void rangesOfManyRowsTakeSeveralMessages() throws Exception {
    var tables = new TableSet(List.of(new Table("a", 1000), new Table("b", 9_000_000)));
    var sharding = Shardings.of(new Random(1), Shardings.Kind.ROW, tables, 3, 1);
    var spec = new StoreSpec(tables, FORMAT, new InitialRows(tables, FORMAT, 5), null, 1);
    var all = new NaiveRowStore(spec);
    var stores = new ArrayList<RowStore>();
    var row = RowBuffer.allocate(FORMAT, 1, HostBuffers.plain());
    try (var workers = new Workers("test", 2)) {
      for (int p = 0; p < 3; p++) {
        var share = new RowShare(tables, sharding.owners(), List.of(p), workers);
        stores.add(new ShareStore(new NaiveRowStore(ShareStore.specOf(share, spec)), share, spec));
      }
    }
    var run = new Run(sharding, stores, group("threads", 3, Duration.ofSeconds(30)), all);
    for (long near = GatherCommand.RANGE_ROWS; near < 9_000_000; near *= 2) {
      for (long id = near - 70; id < near + 70; id++) {
        stores.get(run.processes().of(id)).write(new long[] {id}, 0, 1, row, 0).await();
        all.write(new long[] {id}, 0, 1, row, 0).await();
      }
    }
    try (GatheredRows rows = gather(run)) {
      for (long[] range :
          List.of(
              new long[] {0, 9_001_000}, new long[] {4_194_303, 8_388_609}, new long[] {77, 78})) {
        var found = new RowBits(tables.rows());
        var expected = new RowBits(tables.rows());
        rows.written(range[0], range[1], found);
        all.written(range[0], range[1], expected);
        assertThat(list(found)).isEqualTo(list(expected));
      }
    }
    awaitServers();
  }

  /**
   * Process 0 writes files between its reads, for longer than others wait for a rank that hangs.
   */
  @ParameterizedTest
  @ValueSource(strings = {"threads", "sockets"})
  void serversWaitForProcess0(String collective) throws Exception {
    Run run = run(new Random(2), sharding(2), FORMAT, TIMEOUT, store -> store);
    run = run.over(group(collective, 2, Duration.ofSeconds(1)));
    verifyWithPauses(run);
    run.group().forEach(Collective::close);
  }

  private void verifyWithPauses(Run run) throws Exception {
    try (GatheredRows rows = gather(run)) {
      verifyRows("before the pause", rows, run.all(), new Random(1));
      TimeUnit.MILLISECONDS.sleep(2500);
      verifyRows("after the pause", rows, run.all(), new Random(2));
    }
    awaitServers();
  }

  private static Shardings sharding(int processes) {
    var tables = new TableSet(List.of(new Table("a", 100), new Table("b", 50)));
    return Shardings.of(new Random(1), Shardings.Kind.ROW, tables, processes, 1);
  }

  @Test
  void aServerThatFailsEndsAllWithItsReason() throws Exception {
    var faulty = new ArrayList<FaultyRowStore>();
    UnaryOperator<RowStore> wrapped =
        store -> {
          faulty.add(new FaultyRowStore(store));
          return faulty.get(faulty.size() - 1);
        };
    Run run = run(new Random(2), sharding(3), FORMAT, TIMEOUT, wrapped);
    var unreadable = new FarsightException("rows/map-3 is\ndamaged");
    faulty.get(2).fail(Call.READ, 4, unreadable);
    GatheredRows rows = gather(run);
    var readers = new ArrayList<Future<?>>();
    for (int thread = 0; thread < 4; thread++) {
      var random = new Random(thread);
      readers.add(threads.submit(() -> verifyRows("read", rows, run.all(), random)));
    }
    String reason =
        "group ends: rank 2 (process 2) ended it: rows for process 0: rows/map-3 is damaged";
    for (Future<?> reader : readers) {
      assertThatThrownBy(() -> reader.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(CollectiveException.class)
          .hasRootCauseMessage(reason);
    }
    assertThatThrownBy(() -> servers.get(0).get(30, TimeUnit.SECONDS)).hasRootCauseMessage(reason);
    assertThatThrownBy(() -> servers.get(1).get(30, TimeUnit.SECONDS)).hasCause(unreadable);
    assertThatThrownBy(rows::rowsHeld).isInstanceOf(CollectiveException.class).hasMessage(reason);
    rows.close();
  }

  @Test
  void process0ThatFailsEndsAllWithItsReason() {
    var faulty = new ArrayList<FaultyRowStore>();
    UnaryOperator<RowStore> wrapped =
        store -> {
          faulty.add(new FaultyRowStore(store));
          return faulty.get(faulty.size() - 1);
        };
    Run run = run(new Random(2), sharding(2), FORMAT, TIMEOUT, wrapped);
    faulty.get(0).fail(Call.READ, 1, new OutOfMemoryError("no memory"));
    GatheredRows rows = gather(run);
    long[] ids = LongStream.range(0, 150).toArray();
    var target = RowBuffer.allocate(FORMAT, 150, HostBuffers.plain());
    assertThatThrownBy(() -> rows.read(ids, 0, 150, target, 0))
        .isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> servers.get(0).get(30, TimeUnit.SECONDS))
        .hasRootCauseMessage(
            "group ends: rank 0 (process 0) ended it: rows for process 0: no memory");
    rows.close();
  }

  @Test
  void wrongCallsEndNothing() throws Exception {
    Run run = run(new Random(3), sharding(2), FORMAT, TIMEOUT, store -> store);
    GatheredRows rows = gather(run);
    var target = RowBuffer.allocate(FORMAT, 2, HostBuffers.plain());
    var others = RowBuffer.allocate(RowFormat.of(4, 0), 2, HostBuffers.plain());
    for (long bad : new long[] {-1, 150, 1L << 40}) {
      assertThatThrownBy(() -> rows.read(new long[] {3, bad}, 0, 2, target, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> rows.written(bad)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> rows.written(0, bad == 150 ? 151 : bad, new RowBits(200)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> rows.read(new long[] {3, 4}, 0, 2, others, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new GatheredRows(run.stores().get(1), run.processes(), run.group().get(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows are gathered on process 0, not 1");
    var three = new RowProcesses(sharding(3).owners(), 3);
    assertThatThrownBy(() -> new GatheredRows(run.stores().get(0), three, run.group().get(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a group of 2 for 3 processes");
    verifyRows("after wrong calls", rows, run.all(), new Random(1));
    rows.close();
    rows.close();
    awaitServers();
    long[] all = LongStream.range(0, 150).toArray();
    var room = RowBuffer.allocate(FORMAT, 150, HostBuffers.plain());
    assertThatThrownBy(() -> rows.read(all, 0, 150, room, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the rows of all processes are closed");
  }
}
