package dev.farsight.compute.jcuda;

import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import java.nio.IntBuffer;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends waits on the device if a group of ranks has failed, and tells the group if the device waited
 * for a rank too long. A thread of its own looks ten times a second; kernels look at two words of
 * pinned memory while they wait.
 */
final class ExchangeAlarm implements AutoCloseable {

  private static final int PERIOD_MS = 100;
  private static final int FAILED = 0;
  private static final int LATE = 1;

  private final Collective collective;
  private final IntBuffer words;
  private final long address;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile CollectiveException failure;

  ExchangeAlarm(Collective collective, PinnedMemory pinned) {
    this.collective = collective;
    words = pinned.ints(2);
    address = Host.of(words).address();
    thread = new Thread(this::watch, "exchange-alarm-" + collective.rank());
    thread.setDaemon(true);
    thread.start();
  }

  /** Address of the word that ends waits. */
  long failedAddress() {
    return address + FAILED * Integer.BYTES;
  }

  /** Address of the word where kernels leave the number of a rank that is late, from 1. */
  long lateAddress() {
    return address + LATE * Integer.BYTES;
  }

  private void watch() {
    try {
      while (failure() == null && !closed.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
        // Looks again.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the group failed with; null as long as it did not. */
  CollectiveException failure() {
    if (failure == null) {
      int late = words.get(LATE) - 1;
      CollectiveException found = collective.failure();
      if (found == null && late >= 0) {
        found = late(late);
        collective.abort(found.getMessage());
      }
      failure = found;
    }
    if (failure != null) {
      words.put(FAILED, 1);
    }
    return failure;
  }

  private CollectiveException late(int rank) {
    return new CollectiveException(
        String.format(
            Locale.ROOT,
            "%s did not come to the exchange of a step within %d s",
            collective.name(rank),
            collective.timeout().toSeconds()),
        rank);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
