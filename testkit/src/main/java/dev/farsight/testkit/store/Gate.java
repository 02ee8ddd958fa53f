package dev.farsight.testkit.store;

import java.util.concurrent.CountDownLatch;

/**
 * Holds threads until a test lets them go, and tells the test when the first one has arrived: an
 * ordering of events without sleeping. Once open it stays open. Give tests that use it a timeout.
 */
public final class Gate {

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Called by those who are held: returns once the gate is open. */
  public void pass() {
    arrived.countDown();
    await(opened);
  }

  /** Returns once somebody stands at the gate, or has passed it. */
  public void awaitArrival() {
    await(arrived);
  }

  /** Whether somebody stands at the gate, or has passed it. */
  public boolean reached() {
    return arrived.getCount() == 0;
  }

  /** Lets everybody pass, now and later. */
  public void open() {
    opened.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at a gate", e);
    }
  }
}
