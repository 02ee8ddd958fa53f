package dev.farsight.collective;

import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.internal.Closing;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Shows the other ranks that this one lives, sees whether they do, and ends the group for all if
 * one does not, or if an operation does not go on. A thread of its own, which sleeps between beats.
 */
final class Watch {

  private static final long LONGEST_BEAT = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONGEST_FAREWELL = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_DRAIN = TimeUnit.SECONDS.toNanos(1);

  /** How long the control connection may outlive that for values. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

  private final SocketCollective end;
  private final CollectiveContext context;
  private final Links links;
  private final Selector selector;
  private final List<Control> controls = new ArrayList<>();
  private final long beatNanos;
  private final AtomicReference<Failure> wanted = new AtomicReference<>();
  private final AtomicReference<Failure> failure = new AtomicReference<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicIntegerArray dataEnded;
  private final CountDownLatch failed = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final long[] endedNanos;
  private long sinceBeat;
  private long stalledNanos;
  private long lastProgress = -1;

  Watch(SocketCollective end, Links links) throws IOException {
    this.end = end;
    this.context = end.context;
    this.links = links;
    beatNanos = Math.max(1_000_000, Math.min(context.timeout().toNanos() / 16, LONGEST_BEAT));
    dataEnded = new AtomicIntegerArray(context.ranks());
    endedNanos = new long[context.ranks()];
    selector = Selector.open();
    for (int peer = 0; peer < context.ranks(); peer++) {
      if (peer != end.rank) {
        var control = new Control(peer, links.control(peer));
        control.channel.configureBlocking(false);
        control.channel.register(selector, SelectionKey.OP_READ, control);
        controls.add(control);
      }
    }
  }

  void start() {
    Threads.start(context.group() + " rank " + end.rank + " watch", this::run);
  }

  /** Why the group has ended; null if it has not. All other ranks have been told. */
  Failure failure() {
    return failure.get();
  }

  /** Ends the group, unless it has ended. Returns at once. */
  void fail(Failure why) {
    wanted.compareAndSet(null, why);
    selector.wakeup();
  }

  /** Tells that the connection for values to a rank has ended, however it did. */
  void dataEnded(int peer) {
    dataEnded.set(peer, 1);
    selector.wakeup();
  }

  /**
   * Waits until it is known why the group ended, and the others have been told.
   *
   * @param otherwise if that is not known in time
   */
  Failure awaitFailure(Failure otherwise) {
    awaitLatch(failed, 2 * LONGEST_FAREWELL);
    Failure why = failure.get();
    return why == null ? otherwise : why;
  }

  /** Leaves in good order: returns once the others have read everything. */
  void close() {
    closing.set(true);
    selector.wakeup();
    if (failure.get() == null) {
      awaitLatch(stopped, 2 * LONGEST_FAREWELL);
    }
  }

  private void run() {
    try {
      Failure why = watch();
      if (why == null) {
        sayGoodbye();
        publish(Failure.of(context, end.rank, "was closed here"));
      } else {
        tell(why);
        publish(why);
        drain();
      }
    } catch (IOException | RuntimeException e) {
      publish(Failure.aborted(context, end.rank, e.toString()));
    } finally {
      Closing.all(links, selector, stopped::countDown);
    }
  }

  private void publish(Failure why) {
    failure.set(why);
    failed.countDown();
    links.closeData();
    end.wakeReaders();
    end.wakeCaller();
  }

  /** Returns why the group ends, or null if this rank is to leave it. */
  private Failure watch() throws IOException {
    long last = System.nanoTime();
    while (true) {
      select(beatNanos);
      long now = System.nanoTime();
      // If this process was stopped, the others had no chance to show life.
      long elapsed = Math.min(now - last, 2 * beatNanos);
      last = now;
      Failure why = wanted.get();
      if (why == null) {
        why = lookAtPeers(elapsed);
      }
      if (why == null) {
        why = lookAtOperation(elapsed);
      }
      if (why != null || closing.get()) {
        return why;
      }
    }
  }

  private void select(long nanos) throws IOException {
    selector.select(key -> ((Control) key.attachment()).read(), Math.max(1, nanos / 1_000_000));
    for (Control control : controls) {
      if (control.ended) {
        control.channel.close(); // also cancels the key, which would be ready for ever
      }
    }
  }

  /** What ranks say first: it explains why connections ended. */
  private Failure lookAtPeers(long elapsed) {
    for (Control control : controls) {
      if (control.failure != null) {
        return control.failure;
      }
    }
    sinceBeat += elapsed;
    boolean beat = sinceBeat >= beatNanos;
    if (beat) {
      sinceBeat = 0;
    }
    for (Control control : controls) {
      Failure why = control.left ? null : lookAt(control, elapsed);
      if (why != null) {
        return why;
      }
      if (!control.ended) {
        if (control.left && !control.toldReadAll && dataEnded.get(control.peer) != 0) {
          control.sayReadAll();
        }
        if (beat) {
          control.sayAlive();
        }
      }
    }
    return null;
  }

  private Failure lookAt(Control control, long elapsed) {
    if (control.ended) {
      return Failure.gone(context, control.peer);
    }
    if (dataEnded.get(control.peer) != 0) {
      endedNanos[control.peer] += elapsed;
      if (endedNanos[control.peer] > GRACE) {
        return Failure.gone(context, control.peer);
      }
    }
    control.silentNanos += elapsed;
    return control.silentNanos > context.timeout().toNanos()
        ? Failure.silent(context, control.peer)
        : null;
  }

  private Failure lookAtOperation(long elapsed) {
    long number = end.posted();
    long progress = end.progress() + number;
    if (!end.busy() || progress != lastProgress) {
      lastProgress = progress;
      stalledNanos = 0;
      return null;
    }
    for (Control control : controls) {
      boolean allRead = dataEnded.get(control.peer) != 0;
      if (control.left && allRead && end.reader(control.peer).done() < number) {
        return Failure.left(context, control.peer, end.own());
      }
    }
    stalledNanos += elapsed;
    Duration patience = end.patience();
    return stalledNanos > patience.toNanos() ? stalled(number, patience) : null;
  }

  private Failure stalled(long number, Duration patience) {
    for (Control control : controls) {
      if (end.reader(control.peer).joined() < number) {
        return Failure.late(context, control.peer, end.own(), patience);
      }
    }
    for (Control control : controls) {
      if (end.reader(control.peer).done() < number) {
        return Failure.stuck(context, control.peer, end.own(), patience);
      }
    }
    return Failure.stuck(context, end.rank, end.own(), patience);
  }

  /** Tells all ranks, those that know it, too: it then explains why this one closes. */
  private void tell(Failure why) throws IOException {
    for (Control control : controls) {
      control.sayFailed(why);
    }
    awaitAll(Control::flushed, TimeUnit.MILLISECONDS.toNanos(200));
    controls.forEach(Control::endOutput);
  }

  private void sayGoodbye() throws IOException {
    for (Control control : controls) {
      control.sayGoodbye();
      try {
        links.data(control.peer).shutdownOutput();
      } catch (IOException e) {
        control.readAll = true; // it is gone
      }
    }
    awaitAll(
        control -> control.readAll || control.ended || control.failure != null, LONGEST_FAREWELL);
    controls.forEach(Control::endOutput);
  }

  /** Reads on until the others end their connections: closing at once could destroy last words. */
  private void drain() throws IOException {
    awaitAll(control -> control.ended || control.left, LONGEST_DRAIN);
  }

  private void awaitAll(Predicate<Control> condition, long longest) throws IOException {
    long deadline = System.nanoTime() + longest;
    while (!controls.stream().allMatch(condition) && System.nanoTime() < deadline) {
      select(Math.min(beatNanos, LONGEST_BEAT / 50));
      for (Control control : controls) {
        if (control.left && !control.toldReadAll && dataEnded.get(control.peer) != 0) {
          control.sayReadAll();
        }
        control.flush();
      }
    }
  }

  private static void awaitLatch(CountDownLatch latch, long longestNanos) {
    boolean interrupted = Thread.interrupted();
    try {
      latch.await(longestNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
