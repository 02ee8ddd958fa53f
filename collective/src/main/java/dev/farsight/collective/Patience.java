package dev.farsight.collective;

import java.util.concurrent.locks.LockSupport;

/** How a rank waits for its carrier: as long as the group lives, for the timeout at most. */
final class Patience implements Carrier.Waiting {

  private static final int SPINS = 512;
  private static final long PARK = 20_000;

  /** A longer rest means that the process was stopped, which does not count. */
  private static final long LONGEST_REST = 100_000_000;

  private final ThreadEnd end;
  private int rests;
  private long waited;

  Patience(ThreadEnd end) {
    this.end = end;
  }

  /** Before each wait. */
  void begin() {
    rests = 0;
    waited = 0;
  }

  @Override
  public void rest() {
    long start = System.nanoTime();
    if (rests < SPINS) {
      rests++;
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(end, PARK);
    }
    end.requireGoing(waited);
    waited += Math.min(System.nanoTime() - start, LONGEST_REST);
  }
}
