package dev.farsight.engine.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the threads of stages. A thread in a call that its device does not answer is given up:
 * its stage counts as ended, and the thread, should it ever come back, ends without a further deed.
 */
final class WatchedThreads {

  /** What happens if a stage is given up. */
  @FunctionalInterface
  interface GivenUp {
    void givenUp(Stage stage, RankException why);
  }

  private final List<Running> running = new ArrayList<>();

  private record Running(Stage stage, Thread thread) {}

  void add(Stage stage, Thread thread) {
    running.add(new Running(stage, thread));
  }

  /**
   * Waits until every thread has ended or is given up. An interrupt does not end the wait; the
   * thread's interrupt flag is set again afterwards.
   */
  void join(StageThreads owner, GivenUp givenUp) {
    long tick =
        running.stream()
            .flatMap(r -> r.stage.deviceCalls().stream())
            .mapToLong(call -> call.watch().tickNanos())
            .min()
            .orElse(0);
    while (!running.isEmpty()) {
      boolean lives = joinTick(running.get(0).thread, tick);
      running.removeIf(r -> !r.thread.isAlive());
      if (lives && tick > 0) {
        running.removeIf(r -> gaveUp(r.stage, tick, owner.hasFailed(), givenUp));
      }
    }
  }

  private static boolean gaveUp(Stage stage, long nanos, boolean failed, GivenUp givenUp) {
    for (DeviceCall call : stage.deviceCalls()) {
      if (call.isOverdue(nanos, failed)) {
        RankException why = call.giveUp();
        if (why != null) {
          givenUp.givenUp(stage, why);
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Waits for a thread.
   *
   * @param nanos how long; 0 for ever
   * @return whether it is still alive
   */
  static boolean joinTick(Thread thread, long nanos) {
    boolean interrupted = false;
    long end = System.nanoTime() + nanos;
    while (thread.isAlive()) {
      long left = end - System.nanoTime();
      if (nanos > 0 && left <= 0) {
        break;
      }
      try {
        thread.join(nanos == 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return thread.isAlive();
  }
}
