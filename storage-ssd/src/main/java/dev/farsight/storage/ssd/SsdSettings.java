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

  /** A file of so many rows is recovered and made in seconds; more of them work side by side. */
  private static final long ROWS_A_MAP = 1L << 24;

  /** Most files that a store has. */
  static final int MOST_MAPS = 64;

  static SsdSettings of(StoreSpec spec) {
    Settings own = spec.own();
    long rows = spec.tables().rows();
    long capacity =
        own.has(EXPECTED_ROWS)
            ? Math.min(rows, own.longInteger(EXPECTED_ROWS, 1, Long.MAX_VALUE))
            : rows;
    long enough = (capacity + ROWS_A_MAP - 1) / ROWS_A_MAP;
    int maps =
        own.has(MAPS) ? own.integer(MAPS, 1, MOST_MAPS) : (int) Math.min(MOST_MAPS, 2 * enough);
    Path path =
        own.optionalPath(PATH)
            .orElse(spec.directory() == null ? null : spec.directory().resolve("store"));
    return new SsdSettings(path, capacity, maps);
  }

  Path requirePath(Settings own) {
    if (path == null) {
      throw new FarsightException(own.path() + "." + PATH + " is not set: where to keep the rows");
    }
    return path;
  }
}
