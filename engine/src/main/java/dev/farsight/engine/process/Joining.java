package dev.farsight.engine.process;

import dev.farsight.api.FarsightException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Waits for the other processes on a thread of its own, so that the wait can be given up: what
 * joins them may block until its time is over. Processes that come after that are left again.
 */
public final class Joining {

  private Joining() {}

  /**
   * @param join blocks until all have come
   * @param givenUp ends the wait if it is completed exceptionally, with that exception
   */
  public static Processes of(Supplier<Processes> join, CompletableFuture<Void> givenUp) {
    var joined = new CompletableFuture<Processes>();
    var thread = new Thread(() -> join(join, joined), "join-processes");
    thread.setDaemon(true);
    thread.start();
    try {
      return (Processes)
          CompletableFuture.anyOf(joined, givenUp.thenCompose(nothing -> joined)).join();
    } catch (CompletionException e) {
      // If they come together after all, the processes are closed.
      joined.completeExceptionally(e.getCause());
      throw failure(e.getCause());
    }
  }

  private static void join(Supplier<Processes> join, CompletableFuture<Processes> joined) {
    try {
      Processes processes = join.get();
      if (!joined.complete(processes)) {
        processes.close();
      }
    } catch (RuntimeException | Error e) {
      joined.completeExceptionally(e);
    }
  }

  private static RuntimeException failure(Throwable reason) {
    if (reason instanceof Error error) {
      throw error;
    }
    return reason instanceof RuntimeException expected
        ? expected
        : new FarsightException("the processes could not be joined: " + reason, reason);
  }
}
