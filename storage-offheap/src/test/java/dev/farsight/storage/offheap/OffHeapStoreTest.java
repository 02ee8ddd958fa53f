package dev.farsight.storage.offheap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.RowStoreFactory;
import dev.farsight.api.table.RowFormat;
import dev.farsight.testkit.store.RowStoreContract;
import dev.farsight.testkit.store.StoreComparison;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OffHeapStoreTest extends RowStoreContract {

  @Override
  protected RowStoreFactory factory() {
    return new OffHeapStoreFactory();
  }

  @Override
  protected String settings() {
    return "memory-limit = 1 TiB, huge-pages = off";
  }

  /** 3.1e9 floats in rows of 516 bytes: rows at the borders of every view, and some between. */
  @Test
  void rowsAtTheBordersOfViewsAreTheirOwn() {
    var tables = tables(6_000_000, 6_000_000, 1, 12_000_000);
    long seed = 21;
    try (RowStore store = factory().open(spec(tables, RowFormat.of(128, 1)))) {
      var comparison = new StoreComparison(store, seed);
      // The largest power of two of 516-byte rows in 1 GiB is 2^20.
      long[] borders =
          LongStream.rangeClosed(1, tables.rows() >> 20)
              .flatMap(view -> LongStream.rangeClosed(-1, 1).map(d -> (view << 20) + d))
              .toArray();
      comparison.write(borders);
      comparison.verify(borders);
      long[] some = comparison.ids(300, (int) tables.rows(), 1, 0);
      comparison.verify(some);
      comparison.write(some);
      comparison.verify(some);
      comparison.verify(borders);
    }
  }

  @Test
  @Timeout(60)
  void closeWaitsForCallsUnderWay() throws InterruptedException {
    int threads = 3;
    var executor = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 10; round++) {
        RowStore store = factory().open(spec(tables(90_000), RowFormat.of(16, 1)));
        var busy = new CountDownLatch(threads);
        var users = new ArrayList<Future<?>>();
        for (int t = 0; t < threads; t++) {
          long first = t * 30_000L;
          users.add(executor.submit(() -> useUntilRefused(store, first, busy)));
        }
        busy.await();
        store.close();
        for (Future<?> user : users) {
          assertThatThrownBy(user::get).hasCauseInstanceOf(IllegalStateException.class);
        }
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void useUntilRefused(RowStore store, long first, CountDownLatch busy) {
    long[] ids = LongStream.range(first, first + 30_000).toArray();
    RowBuffer rows = RowBuffer.allocate(store.spec().format(), ids.length, HostBuffers.plain());
    store.write(ids, 0, ids.length, rows, 0).await();
    busy.countDown();
    while (true) {
      store.read(ids, 0, ids.length, rows, 0).await();
      store.write(ids, 0, ids.length, rows, 0).await();
    }
  }

  @Test
  void readsAndWritesAllocateNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (RowStore store = factory().open(spec(tables(50_000, 50_000), RowFormat.of(16, 1)))) {
      // Every other row is written, so that both ways of reading are taken.
      long[] ids = LongStream.range(0, 1000).map(i -> i * 97 % 100_000).toArray();
      RowBuffer rows = RowBuffer.allocate(store.spec().format(), ids.length, HostBuffers.plain());
      long allocated = 0;
      for (int call = 0; call < 2000; call++) {
        if (call == 1000) {
          allocated = threads.getCurrentThreadAllocatedBytes();
        }
        store.write(ids, 0, ids.length / 2, rows, 0).await();
        store.read(ids, 0, ids.length, rows, 0).await();
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      assertThat(allocated).as("bytes in 1000 calls each").isLessThan(10_000);
    }
  }
}
