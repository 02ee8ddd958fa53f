package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.event.ListenerException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writes checkpoints beside training, one at a time. Used by the run's thread. */
final class CheckpointThread {

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var background = new Thread(task, "farsight-checkpoint");
            background.setDaemon(true);
            return background;
          });

  /** Null if no checkpoint is being written, or it was waited for. */
  private Future<?> pending;

  /** Begins to write a checkpoint. The last one was waited for. */
  void start(Runnable write) {
    pending = thread.submit(write);
  }

  /**
   * Waits until the checkpoint being written is on disk.
   *
   * @throws FarsightException if it cannot be written
   */
  void await() {
    if (pending == null) {
      return;
    }
    try {
      pending.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ListenerException listener) {
        throw listener;
      }
      throw e.getCause() instanceof FarsightException f
          ? new FarsightException("the checkpoint failed: " + f.getMessage(), f)
          : new FarsightException("the checkpoint failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FarsightException("interrupted while waiting for a checkpoint to be written", e);
    } finally {
      pending = null;
    }
  }

  /** No checkpoint begins any more. */
  void end() {
    thread.shutdown();
  }
}
