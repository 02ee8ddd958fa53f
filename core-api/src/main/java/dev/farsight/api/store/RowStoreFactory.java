package dev.farsight.api.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.MemoryForecast;
import dev.farsight.api.compute.ComputeFactory.Availability;
import dev.farsight.api.config.Settings;

/** Opens stores of one kind, which {@code storage.backend} chooses by name. */
public interface RowStoreFactory {

  /**
   * The name in the configuration: {@code storage.backend = NAME}. The store's own settings are at
   * {@code farsight.storage.NAME}.
   */
  String name();

  /**
   * Checks the settings of the store's own section that can be checked by themselves. Called before
   * data is opened, so that a wrong setting is told at once; opens nothing. What depends on data or
   * device is left to {@link #open}, which reads the same settings.
   *
   * @param own the section {@code farsight.storage.NAME}
   * @throws dev.farsight.api.config.ConfigException if a setting is wrong
   */
  default void check(Settings own) {}

  /** Whether the store can run on this host. Opens nothing, throws nothing. */
  default Availability probe() {
    return Availability.yes("");
  }

  /** Whether rows outlive the process that wrote them, so that {@link #openReader} finds them. */
  default boolean persistent() {
    return false;
  }

  /** The memory that the store will take. Does not open the store. */
  MemoryForecast forecast(StoreSpec spec);

  /**
   * Opens the store. If it cannot be opened, the call throws before it takes any memory or disk
   * space.
   *
   * @throws dev.farsight.api.FarsightException if there is no room, or if existing rows do not fit
   *     the spec: the message tells what they have and what the spec has; of a generation that is
   *     not there, its number
   */
  RowStore open(StoreSpec spec);

  /**
   * Opens the rows of an earlier run to go on writing them, in the generation of the spec, which
   * may have been left for a later one. Unlike {@link #open}, a store that keeps its rows makes
   * nothing where there are none.
   *
   * @throws dev.farsight.api.FarsightException if there are no rows, or as {@link #open}
   */
  default RowStore reopen(StoreSpec spec) {
    return open(spec);
  }

  /**
   * Opens the rows of an earlier run for reading only, in the generation of the spec: under a lock
   * shared with other readers, without recovery, and without changes on disk.
   *
   * @throws dev.farsight.api.FarsightException if there are no rows, if they do not fit the spec,
   *     if a run is writing them, or if they need recovery first
   */
  default RowReader openReader(StoreSpec spec) {
    throw new FarsightException(
        "storage.backend %s keeps no rows after its process has ended".formatted(name()));
  }
}
