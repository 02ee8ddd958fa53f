package dev.farsight.engine.share;

import dev.farsight.api.concurrent.Ticket;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.store.StoreStats;
import dev.farsight.api.table.RowBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The stores of all processes as one, a row at a time: each row is read from and written to the
 * share that has it. So that shares can be tested as a store of all rows is. There must be no
 * replicated rows.
 */
final class SplitStore implements RowStore {

  private final List<ShareStore> stores = new ArrayList<>();
  private final Shardings sharding;

  SplitStore(StoreSpec spec, Shardings sharding, Function<StoreSpec, RowStore> below) {
    this.sharding = sharding;
    try (var workers = new Workers("test", 2)) {
      for (int p = 0; p < sharding.processes(); p++) {
        var share = new RowShare(spec.tables(), sharding.owners(), sharding.ranksOf(p), workers);
        stores.add(new ShareStore(below.apply(ShareStore.specOf(share, spec)), share, spec));
      }
    }
  }

  private RowStore of(long row) {
    spec().tables().tableOf(row);
    int process = 0;
    while (!sharding.has(process, row)) {
      process++;
    }
    return stores.get(process);
  }

  @Override
  public StoreSpec spec() {
    return stores.get(0).spec();
  }

  @Override
  public Ticket read(long[] rows, int from, int count, RowBuffer target, int targetRow) {
    spec().check(rows, from, count, target, targetRow);
    stores.get(0).read(new long[0], 0, 0, target, 0).await(); // refused once it is closed
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < count; i++) {
      tickets.add(of(rows[from + i]).read(rows, from + i, 1, target, targetRow + i));
    }
    return all(tickets);
  }

  @Override
  public Ticket write(long[] rows, int from, int count, RowBuffer source, int sourceRow) {
    spec().check(rows, from, count, source, sourceRow);
    var none = RowBuffer.allocate(spec().format(), 0, HostBuffers.plain());
    stores.get(0).read(new long[0], 0, 0, none, 0).await(); // refused once it is closed
    var tickets = new ArrayList<Ticket>();
    for (int i = 0; i < count; i++) {
      tickets.add(of(rows[from + i]).write(rows, from + i, 1, source, sourceRow + i));
    }
    return all(tickets);
  }

  private static Ticket all(List<Ticket> tickets) {
    return () -> tickets.forEach(Ticket::await);
  }

  @Override
  public void expect(long[] rows, int from, int count) {
    for (int i = from; i < from + count; i++) {
      of(rows[i]).expect(rows, i, 1);
    }
  }

  @Override
  public boolean written(long row) {
    return of(row).written(row);
  }

  @Override
  public void written(long fromRow, long toRow, RowBits target) {
    stores.forEach(store -> store.written(fromRow, toRow, target));
  }

  @Override
  public long rowsHeld() {
    return stores.stream().mapToLong(RowStore::rowsHeld).sum();
  }

  @Override
  public void flush() {
    stores.forEach(RowStore::flush);
  }

  @Override
  public void beginGeneration(int generation) {
    stores.forEach(store -> store.beginGeneration(generation));
  }

  @Override
  public void keepGenerations(Set<Integer> generations) {
    stores.forEach(store -> store.keepGenerations(generations));
  }

  @Override
  public StoreStats stats() {
    var all = stores.stream().map(RowStore::stats).toList();
    return new StoreStats(
        all.stream().mapToLong(StoreStats::rowsRead).sum(),
        all.stream().mapToLong(StoreStats::rowsWritten).sum(),
        all.stream().mapToLong(StoreStats::bytes).sum());
  }

  @Override
  public void close() {
    stores.forEach(RowStore::close);
  }
}
