package dev.farsight.engine.process;

import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The place of this process among those that train one model. All have the same configuration, in
 * which {@code sharding.processes} is their number.
 *
 * @param number from 0. Process 0 leaves the files of the run
 * @param rendezvous where the processes meet; empty if there is one
 * @param givenUp completed exceptionally, by any thread, if another process will never come: then
 *     this one waits for none, and fails with that exception
 */
public record ProcessPlace(
    int number, Optional<Rendezvous> rendezvous, CompletableFuture<Void> givenUp) {

  /** The only process of a run. */
  public static final ProcessPlace ALONE =
      new ProcessPlace(0, Optional.empty(), new CompletableFuture<>());

  public ProcessPlace {
    if (number < 0 || (number > 0 && rendezvous.isEmpty())) {
      throw new IllegalArgumentException("process " + number + ", rendezvous " + rendezvous);
    }
  }

  /** One that waits for the others until the collective's own time is over. */
  public static ProcessPlace of(int number, Rendezvous rendezvous) {
    return of(number, rendezvous, new CompletableFuture<>());
  }

  /** One that can be told that another process will never come. */
  public static ProcessPlace of(
      int number, Rendezvous rendezvous, CompletableFuture<Void> givenUp) {
    return new ProcessPlace(number, Optional.of(rendezvous), givenUp);
  }
}
