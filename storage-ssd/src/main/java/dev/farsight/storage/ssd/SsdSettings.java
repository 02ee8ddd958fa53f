package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.StoreSpec;
import java.nio.file.Path;

/**
 * The keys of {@code farsight.storage.ssd} that are the store's own.
 *
 * @param path the store's directory; null where neither settings nor run name one
 * @param capacity most rows that can ever be written
 * @param maps over how many files rows are spread, where the store is made
 */
record SsdSettings(Path path, long capacity, int maps) {

  static final String PATH = "path";
  static final String EXPECTED_ROWS = "expected-rows";
  static final String MAPS = "maps";

  /** Read by the engine, which checks the memory of the whole run. */
  private static final String MEMORY_LIMIT = "memory-limit";

  /** A file of so many rows is recovered and made in seconds; more of them work side by side. */
  private static final long ROWS_A_MAP = 1L << 24;

  /** Most files that a store has. */
  static final int MOST_MAPS = 64;

  static SsdSettings of(StoreSpec spec) {
    Settings own = spec.own();
    long capacity = Math.min(spec.tables().rows(), expectedRows(own));
    long enough = (capacity + ROWS_A_MAP - 1) / ROWS_A_MAP;
    int maps = maps(own, (int) Math.min(MOST_MAPS, 2 * enough));
    Path path =
        own.optionalPath(PATH)
            .orElse(spec.directory() == null ? null : spec.directory().resolve("store"));
    return new SsdSettings(path, capacity, maps);
  }

  /** Checks what can be checked without the tables. */
  static void check(Settings own) {
    expectedRows(own);
    maps(own, 1);
    own.optionalPath(PATH);
    if (own.has(MEMORY_LIMIT)) {
      own.bytes(MEMORY_LIMIT);
    }
  }

  private static long expectedRows(Settings own) {
    return own.has(EXPECTED_ROWS)
        ? own.longInteger(EXPECTED_ROWS, 1, Long.MAX_VALUE)
        : Long.MAX_VALUE;
  }

  private static int maps(Settings own, int unset) {
    return own.has(MAPS) ? own.integer(MAPS, 1, MOST_MAPS) : unset;
  }

  Path requirePath(Settings own) {
    if (path == null) {
      throw new FarsightException(own.path() + "." + PATH + " is not set: where to keep the rows");
    }
    return path;
  }
}
