package dev.farsight.bench.store;

import dev.farsight.api.memory.RowBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that call a store, each with rows of its own, drawn at random without repetition. */
final class Callers {

  /** What is done with a batch. */
  enum Use {
    READ,
    WRITE
  }

  private final long rows;
  private final int rowBytes;
  private final int threads;
  private final int batch;
  private long seed;

  Callers(long rows, int rowBytes, int threads, int batch) {
    this.rows = rows;
    this.rowBytes = rowBytes;
    this.threads = threads;
    this.batch = batch;
  }

  /** One thread's share of the work. */
  @FunctionalInterface
  private interface Share {
    void run(int thread, Peer.Caller caller, long[] ids, RowBuffer ring);
  }

  /** Writes every row once, in a scattered order. */
  void fill(Peer peer) {
    // A step without a factor in common with the number of rows meets every row.
    long step = Long.highestOneBit((long) (rows * 0.618)) - 1;
    long odd = step;
    while (gcd(odd, rows) != 1) {
      odd += 2;
    }
    long stride = odd;
    long batches = (rows + batch - 1) / batch;
    inParallel(
        peer,
        (thread, caller, ids, ring) -> {
          for (long b = thread; b < batches; b += threads) {
            int count = (int) Math.min(batch, rows - b * batch);
            for (int i = 0; i < count; i++) {
              ids[i] = (b * batch + i) * stride % rows;
            }
            caller.write(ids, count, ring);
          }
        });
    peer.flush();
    peer.settle();
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * Runs for so long, or for so many rows, whatever is over first.
   *
   * @return rows a second of all threads
   */
  double run(Peer peer, Use use, double seconds, long most) {
    var done = new AtomicLong();
    long salt = seed++;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    inParallel(
        peer,
        (thread, caller, ids, ring) -> {
          var random = new SplittableRandom(salt * 1000 + thread);
          while (System.nanoTime() < end && done.get() < most) {
            draw(random, thread, ids);
            if (use == Use.READ) {
              caller.read(ids, batch, ring);
            } else {
              caller.write(ids, batch, ring);
            }
            done.addAndGet(batch);
          }
        });
    return done.get() / ((System.nanoTime() - start) / 1e9);
  }

  /** One row of each stretch of rows, of those that are the thread's. */
  private void draw(SplittableRandom random, int thread, long[] ids) {
    long stretch = rows / batch / threads;
    for (int i = 0; i < batch; i++) {
      ids[i] = (i * stretch + random.nextLong(stretch)) * threads + thread;
    }
  }

  private void inParallel(Peer peer, Share share) {
    var failure = new AtomicReference<Throwable>();
    var team = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      int thread = t;
      team[t] =
          new Thread(
              () -> {
                try (Peer.Caller caller = peer.caller()) {
                  share.run(thread, caller, new long[batch], StorePeers.ring(rowBytes, batch));
                } catch (RuntimeException | Error e) {
                  failure.set(e);
                }
              },
              "caller-" + t);
      team[t].start();
    }
    for (Thread thread : team) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }
    if (failure.get() != null) {
      throw new IllegalStateException(peer.name() + ": " + failure.get(), failure.get());
    }
  }
}
