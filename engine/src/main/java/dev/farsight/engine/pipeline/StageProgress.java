package dev.farsight.engine.pipeline;

/**
 * How far a stage has come: the number of the first batch that it has not done. Stages wait for
 * each other by nothing else, both for work (the stage before) and for room (the stages after), so
 * every hand-off is bounded by the carriers that exist and nothing is queued or allocated.
 *
 * <p>A stage that ends, done or failed, finishes its progress: whoever waits for more than was done
 * is then told that it will not come, and ends too. So the end of one stage ends all.
 */
final class StageProgress {

  private long done;
  private boolean finished;

  StageProgress(long first) {
    done = first;
  }

  /** All batches below {@code number} are done. */
  synchronized void publish(long number) {
    done = number;
    notifyAll();
  }

  /** No more will be done. */
  synchronized void finish() {
    finished = true;
    notifyAll();
  }

  /** Waits until all batches below {@code number} are done; false if that will not happen. */
  synchronized boolean await(long number) {
    boolean interrupted = false;
    while (done < number && !finished) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return done >= number;
  }

  synchronized long done() {
    return done;
  }
}
