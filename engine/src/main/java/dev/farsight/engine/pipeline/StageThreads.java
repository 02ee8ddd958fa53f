package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * Runs the stages of one phase, each on a thread named {@code farsight-NAME}, and records failures:
 * the first is the phase's failure, later ones are suppressed exceptions of it.
 */
final class StageThreads {

  private final PhaseState state;
  private final BooleanSupplier stopping;
  private final ThreadFactory factory;
  private Throwable failure;

  /**
   * @param stopping whether a stop was asked for
   */
  StageThreads(PhaseState state, BooleanSupplier stopping) {
    this(state, stopping, Thread::new);
  }

  /**
   * @param factory makes the threads
   */
  StageThreads(PhaseState state, BooleanSupplier stopping, ThreadFactory factory) {
    this.state = state;
    this.stopping = stopping;
    this.factory = factory;
  }

  /**
   * Runs the stages until all have ended. If a thread cannot be started, such as for want of
   * memory, that is the failure of its stage, and the others end. An interrupt does not end the
   * wait; the thread's interrupt flag is set again afterwards.
   */
  void run(List<Stage> stages) {
    List<Thread> threads = new ArrayList<>();
    for (Stage stage : stages) {
      try {
        threads.add(start(stage));
      } catch (Throwable t) {
        failed(t);
        stage.finish(state);
      }
    }
    threads.forEach(StageThreads::join);
  }

  private Thread start(Stage stage) {
    Thread thread = factory.newThread(() -> runToEnd(stage));
    thread.setName("farsight-" + stage.name());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void runToEnd(Stage stage) {
    try {
      runBatches(stage);
    } catch (PhaseEnded e) {
      // Another stage has ended; it has recorded why.
    } catch (Throwable t) {
      failed(t);
    } finally {
      stage.finish(state);
    }
  }

  private void runBatches(Stage stage) {
    StageProgress progress = stage.progress(state);
    Clock clock = stage.clock();
    var event = new StageEvent(stage.name());
    for (long n = state.first(); isReady(stage, n); n++) {
      if (clock != null) {
        clock.start();
        event.begin();
      }
      Stage.Outcome outcome = stage.run(state, n);
      if (clock != null) {
        clock.stop();
        event.worked(n);
      }
      if (outcome == Stage.Outcome.NONE) {
        return;
      }
      progress.publish(n + 1);
    }
  }

  private boolean isReady(Stage stage, long n) {
    return stage.awaitWork(state, n)
        && stage.awaitRoom(state, n)
        && !(stage.endsOnStop() && stopping.getAsBoolean());
  }

  /** Does something after the stages have ended, and records its failure. */
  void attempt(Runnable work) {
    try {
      work.run();
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** Records a failure. */
  synchronized void failed(Throwable t) {
    if (failure == null) {
      failure = t;
    } else if (failure != t) {
      failure.addSuppressed(t);
    }
  }

  /** Throws the first failure, if there is one. */
  synchronized void throwFailure() {
    if (failure instanceof FarsightException e) {
      throw e;
    }
    if (failure != null) {
      throw new FarsightException("stopped by an error: " + failure, failure);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
