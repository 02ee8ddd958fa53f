package dev.farsight.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C does: the first stops the run after its step and waits until it has flushed and
 * reported. A second one says what is safe and ends the process at once, whatever the run waits
 * for. Where nothing can be stopped, the first does so too.
 *
 * <p>The JVM answers SIGINT, SIGTERM and SIGHUP by running shutdown hooks in a thread named after
 * the signal; another signal is another such thread, which waits for the first.
 */
final class Interrupt {

  static final int INTERRUPTED = 130;
  static final int TERMINATED = 143;
  private static final int POLL_MILLIS = 50;

  /** A console that takes no more lines must not keep the process alive. */
  private static final int TELL_MILLIS = 2000;

  private final StatusLine statusLine;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Running running;
  private volatile int status;

  /**
   * What can be stopped.
   *
   * @param stop asks for it; null: there is no way, the first signal ends the process
   * @param safe says what a process that ends at once leaves behind
   */
  private record Running(Runnable stop, Runnable safe) {}

  /** Where there is no terminal. */
  Interrupt() {
    this(StatusLine.none());
  }

  /**
   * @param statusLine made way for messages, and erased at the end
   */
  Interrupt(StatusLine statusLine) {
    this.statusLine = statusLine;
  }

  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "interrupt"));
  }

  /**
   * What can be stopped from here on.
   *
   * @param stop asks for it; any thread, and it may block
   * @param safe says what a process that ends at once leaves behind
   */
  void stopWith(Runnable stop, Runnable safe) {
    running = new Running(stop, safe);
  }

  /**
   * From here on, a signal ends the process at once.
   *
   * @param safe says what it leaves behind
   */
  void endWith(Runnable safe) {
    running = new Running(null, safe);
  }

  /** There is nothing to stop any more. */
  void nothingToStop() {
    running = null;
  }

  /** The command has ended by itself, and everything is told. */
  void over(int exitStatus) {
    status = exitStatus;
    over.countDown();
  }

  private void shutDown() {
    if (over.getCount() == 0) {
      return;
    }
    int code = signals("SIGINT") > 0 ? INTERRUPTED : TERMINATED;
    Running current = running;
    if (current != null && current.stop != null) {
      start(
          () -> {
            statusLine.erase();
            current.stop.run();
          });
      while (!isOver() && signals("SIG") < 2) {
        // The run is flushing.
      }
      if (over.getCount() == 0) {
        halt(code);
      }
    }
    tell(
        () -> {
          statusLine.close();
          if (current != null) {
            current.safe.run();
          }
        });
    halt(code);
  }

  private void halt(int code) {
    Runtime.getRuntime().halt(over.getCount() == 0 && status != 0 ? status : code);
  }

  private static void tell(Runnable message) {
    try {
      start(message).join(TELL_MILLIS);
    } catch (InterruptedException e) {
      // The process ends in any case.
    }
  }

  /** In a thread of its own: what the run's threads hold may make it wait for ever. */
  private static Thread start(Runnable action) {
    var thread = new Thread(action, "interrupt-action");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private boolean isOver() {
    try {
      return over.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static long signals(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix) && name.endsWith(" handler"))
        .count();
  }
}
