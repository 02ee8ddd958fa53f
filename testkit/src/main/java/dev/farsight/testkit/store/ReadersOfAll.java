package dev.farsight.testkit.store;

import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Threads that read all rows again and again, until the store refuses because it is closed. */
final class ReadersOfAll {

  private static final int THREADS = 2;

  private final RowReader store;
  private final long[] ids;
  private final RowBuffer expected;
  private final CountDownLatch reading = new CountDownLatch(THREADS);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param expected the rows, in the order of the ids
   */
  ReadersOfAll(RowReader store, long[] ids, RowBuffer expected) {
    this.store = store;
    this.ids = ids;
    this.expected = expected;
  }

  /** Returns once every thread has read all rows once. */
  void start() throws InterruptedException {
    for (int t = 0; t < THREADS; t++) {
      var thread = new Thread(this::readUntilClosed, "reader-" + t);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    reading.await();
  }

  private void readUntilClosed() {
    RowBuffer rows = RowBuffer.allocate(expected.format(), ids.length, HostBuffers.plain());
    try {
      while (true) {
        boolean refuses = closed;
        store.read(ids, 0, ids.length, rows, 0).await();
        int differs = rows.bytes().mismatch(expected.bytes());
        if (differs >= 0) {
          failures.add("row " + ids[differs / expected.format().bytes()] + " is not as written");
          return;
        }
        if (refuses) {
          failures.add("a read that begins after close is not refused");
          return;
        }
        reading.countDown();
      }
    } catch (IllegalStateException e) {
      // Closed.
    } catch (RuntimeException | AssertionError e) {
      failures.add(e.toString());
    } finally {
      reading.countDown();
    }
  }

  /** What went wrong in all; the store is closed. */
  List<String> failures() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(failures);
  }
}
