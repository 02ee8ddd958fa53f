package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs the stages of one phase, each on a thread named {@code farsight-NAME}, and records failures:
 * the first is the phase's failure, later ones are suppressed exceptions of it. If a rank is blamed
 * by others before it tells itself why it failed, its own failure counts.
 */
final class StageThreads {

  private final PhaseState state;
  private final BooleanSupplier stopping;
  private final ThreadFactory factory;
  private final Consumer<RankException> lost;
  private final Consumer<Throwable> failing;
  private final CpuMeter cpu;
  private Throwable failure;

  /**
   * @param stopping whether a stop was asked for
   */
  StageThreads(PhaseState state, BooleanSupplier stopping) {
    this(state, stopping, Thread::new, why -> {}, why -> {}, new CpuMeter());
  }

  /**
   * @param factory makes the threads
   * @param lost told of a rank whose device has ceased to answer
   * @param failing told of each failure of a stage, on its thread; others may be at work
   * @param cpu told when a stage's thread ends
   */
  StageThreads(
      PhaseState state,
      BooleanSupplier stopping,
      ThreadFactory factory,
      Consumer<RankException> lost,
      Consumer<Throwable> failing,
      CpuMeter cpu) {
    this.state = state;
    this.stopping = stopping;
    this.factory = factory;
    this.lost = lost;
    this.failing = failing;
    this.cpu = cpu;
  }

  /**
   * Runs the stages until all have ended. If a thread cannot be started, such as for want of
   * memory, that is the failure of its stage, and the others end. An interrupt does not end the
   * wait; the thread's interrupt flag is set again afterwards.
   */
  void run(List<Stage> stages) {
    var threads = new WatchedThreads();
    for (Stage stage : stages) {
      try {
        threads.add(stage, start(stage));
      } catch (Throwable t) {
        failed(stage, t);
        stage.finish(state);
      }
    }
    threads.join(this, this::givenUp);
  }

  private void givenUp(Stage stage, RankException why) {
    recordFailure(stage.watch(), why);
    stage.finish(state);
    lost.accept(why);
    failing.accept(why);
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
      failed(stage, t);
    } finally {
      stage.finish(state);
      cpu.threadEnds();
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

  /**
   * Does something for a rank after the stages have ended, and records its failure. Does nothing if
   * the rank's device has ceased to answer.
   */
  void attempt(DeviceWatch rank, Runnable work) {
    try {
      if (!rank.lost()) {
        work.run();
      }
    } catch (Throwable t) {
      recordFailure(rank, t);
    }
  }

  /** Records the failure of a stage, then tells the stage, which may end others. */
  private void failed(Stage stage, Throwable t) {
    recordFailure(stage.watch(), t);
    stage.failed(state, t);
    failing.accept(stage.watch() == null ? t : stage.watch().named(t));
  }

  synchronized boolean hasFailed() {
    return failure != null;
  }

  /**
   * @param rank of the rank that failed; null if none did
   */
  private synchronized void recordFailure(DeviceWatch rank, Throwable t) {
    if (rank == null) {
      failed(t);
      return;
    }
    Throwable named = rank.named(t);
    if (rank.isBlamed(failure) && named instanceof RankException) {
      named.addSuppressed(failure);
      failure = named;
    } else {
      failed(named);
    }
  }

  /**
   * Records a failure. A loss that is not finite is found by all processes, and explains that some
   * of them have ended before: theirs may be the ranks with the values that caused it.
   */
  synchronized void failed(Throwable t) {
    if (failure == null) {
      failure = t;
    } else if (t instanceof NonFiniteLossException && failure instanceof CollectiveException) {
      t.addSuppressed(failure);
      failure = t;
    } else if (failure != t) {
      failure.addSuppressed(t);
    }
  }

  /** The first failure, if there is one. */
  synchronized Optional<Throwable> firstFailure() {
    return Optional.ofNullable(failure);
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
}
