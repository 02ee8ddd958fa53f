package dev.farsight.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C does: the first stops the run after its step and waits until it has flushed and
 * reported, a second one ends the process at once. Before and after a run the first does so too.
 *
 * <p>The JVM answers SIGINT, SIGTERM and SIGHUP by running shutdown hooks in a thread named after
 * the signal; another signal is another such thread, which waits for the first.
 */
final class Interrupt {

  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;
  private static final int POLL_MILLIS = 50;

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Runnable stop;
  private volatile int status;

  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "interrupt"));
  }

  /** What stops the run that begins now; null when it has ended. */
  void stopWith(Runnable action) {
    stop = action;
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
    Runnable action = stop;
    if (action != null) {
      action.run();
      while (!isOver() && signals("SIG") < 2) {
        // The run is flushing.
      }
    }
    Runtime.getRuntime().halt(over.getCount() == 0 && status != 0 ? status : code);
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
