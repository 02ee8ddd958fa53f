package dev.farsight.engine.pipeline;

/**
 * How far a stage is: the number of the first batch that it has not done. Stages wait for each
 * other only through this class, both for work (from the stage before) and for room (from later
 * stages). So the carriers bound every hand-off, and nothing is queued or allocated.
 *
 * <p>A stage that ends, done or failed, finishes its progress. A stage that waits for a batch
 * beyond that is told that the batch will not be done, and ends too. So all stages end if one ends.
 * Thread-safe.
 */
final class StageProgress {

  private long done;
  private boolean finished;

  /**
   * @param first number of the first batch of the phase
   */
  StageProgress(long first) {
    done = first;
  }

  /** All batches below {@code number} are done. */
  synchronized void publish(long number) {
    done = number;
    notifyAll();
  }

  /** No further batch will be done. */
  synchronized void finish() {
    finished = true;
    notifyAll();
  }

  /**
   * Waits until all batches below {@code number} are done; false if that will not happen. An
   * interrupt does not end the wait; the thread's interrupt flag is set again afterwards.
   */
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

  /** Whether the stage has ended. */
  synchronized boolean finished() {
    return finished;
  }

  synchronized long done() {
    return done;
  }
}
