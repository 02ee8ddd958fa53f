package dev.farsight.api.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeFactory.Availability;

/** Opens stores of one kind, chosen by {@code storage.backend}. */
public interface RowStoreFactory {

  /**
   * The name in the configuration: {@code storage.backend = NAME}; own keys at {@code
   * farsight.storage.NAME}.
   */
  String name();

  /** Whether it can run here. Opens nothing, throws nothing. */
  default Availability probe() {
    return Availability.yes("");
  }

  /** What the store will take, without opening it. */
  MemoryForecast forecast(StoreSpec spec);

  /**
   * Opens the store, or says why not before taking anything.
   *
   * @throws dev.farsight.api.FarsightException if there is no room, or what is there does not fit
   *     the spec
   */
  RowStore open(StoreSpec spec);

  /**
   * Opens the rows that an earlier run left, to be read alone: under a lock shared with other
   * readers, without recovery, and without changing anything on disk.
   *
   * @throws dev.farsight.api.FarsightException if there are no rows, if they do not fit the spec, if
   *     a run is writing them, or if they need recovery first
   */
  default RowReader openReader(StoreSpec spec) {
    throw new FarsightException(
        "storage.backend %s keeps no rows once its process has ended".formatted(name()));
  }
}
