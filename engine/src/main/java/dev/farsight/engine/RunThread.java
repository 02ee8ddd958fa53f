package dev.farsight.engine;

import java.util.function.Supplier;

/**
 * Runs work on a thread that nobody interrupts, while the caller waits. An interrupt of the
 * caller's thread would otherwise close every interruptible channel that the thread works on: a
 * checkpoint, the model or a store's file would end in the middle.
 *
 * <p>A thread for each call. It has the caller's context class loader, and what the caller's
 * inheritable thread locals hold.
 */
final class RunThread<T> {

  private final Supplier<T> work;
  private T result;
  private RuntimeException exception;
  private Error error;

  private RunThread(Supplier<T> work) {
    this.work = work;
  }

  /**
   * Runs the work to its end, also if the caller is interrupted. The caller's interrupt flag is set
   * again afterwards. What the work throws is thrown.
   *
   * @param onInterrupt called for each interrupt, on the caller's thread, beside the work
   * @return what the work returns
   */
  static <T> T call(Supplier<T> work, Runnable onInterrupt) {
    var run = new RunThread<>(work);
    var thread = new Thread(run::run, "farsight-run");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        onInterrupt.run();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return run.outcome();
  }

  /** As {@link #call(Supplier, Runnable)}, for work that ends by itself. */
  static void run(Runnable work) {
    call(
        () -> {
          work.run();
          return null;
        },
        () -> {});
  }

  private void run() {
    try {
      result = work.get();
    } catch (RuntimeException e) {
      exception = e;
    } catch (Error e) {
      error = e;
    }
  }

  private T outcome() {
    if (exception != null) {
      throw exception;
    }
    if (error != null) {
      throw error;
    }
    return result;
  }
}
