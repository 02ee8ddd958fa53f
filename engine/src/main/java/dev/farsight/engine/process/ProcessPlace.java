package dev.farsight.engine.process;

import dev.farsight.api.collective.CollectiveContext.Rendezvous;
import java.util.Optional;

/**
 * The place of this process among those that train one model. All have the same configuration, in
 * which {@code sharding.processes} is their number.
 *
 * @param number from 0. Process 0 leaves the files of the run
 * @param rendezvous where the processes meet; empty if there is one
 */
public record ProcessPlace(int number, Optional<Rendezvous> rendezvous) {

  /** The only process of a run. */
  public static final ProcessPlace ALONE = new ProcessPlace(0, Optional.empty());

  public ProcessPlace {
    if (number < 0 || (number > 0 && rendezvous.isEmpty())) {
      throw new IllegalArgumentException("process " + number + ", rendezvous " + rendezvous);
    }
  }

  public static ProcessPlace of(int number, Rendezvous rendezvous) {
    return new ProcessPlace(number, Optional.of(rendezvous));
  }
}
