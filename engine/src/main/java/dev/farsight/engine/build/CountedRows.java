package dev.farsight.engine.build;

import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.engine.progress.CountedBatches;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.statistics.DataIdentity;
import dev.farsight.engine.statistics.RowCounts;
import dev.farsight.engine.statistics.SavedCounts;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often rows occur in the training data: counted in a pass over it, or read from what {@code
 * farsight data stats} left ({@code cache.statistics.path}).
 */
public final class CountedRows {

  private static final Logger LOG = LoggerFactory.getLogger(CountedRows.class);

  private static final int MOST_EVERY = 1 << 20;
  private static final String EVERY = "every";
  private static final String PATH = "path";

  private CountedRows() {}

  /** Whether the counts are there before the run. */
  static boolean saved(Settings farsight) {
    return statistics(farsight).has(PATH);
  }

  /**
   * @param statistics the section {@code cache.statistics}
   */
  static void check(Settings statistics) {
    int every = statistics.integer(EVERY, 1, MOST_EVERY);
    if (every > 1 && statistics.has(PATH)) {
      throw statistics.bad(
          EVERY, "does not go with path, where all batches are counted; leave one of them out");
    }
  }

  /**
   * Checks that there are counts, if the run is to read some. Reads none of them.
   *
   * @throws dev.farsight.api.config.ConfigException if there are none
   */
  public static void requireThere(Settings farsight) {
    statistics(farsight).optionalPath(PATH).ifPresent(SavedCounts::in);
  }

  static RowCounts of(RunSetup setup, DataSource data) {
    Settings statistics = statistics(setup.farsight());
    Optional<Path> folder = statistics.optionalPath(PATH);
    if (folder.isEmpty()) {
      return count(setup, data);
    }
    setup.events().phase("reading the row counts in " + folder.get());
    RowCounts counts = read(setup.farsight(), data);
    DataIdentity.of(setup.farsight().section("data"), data)
        .differenceFrom(SavedCounts.in(folder.get()).data())
        .ifPresent(
            difference ->
                LOG.warn(
                    "{}: the rows were counted in other data: {}; `farsight data stats` counts anew",
                    folder.get(),
                    difference));
    return counts;
  }

  /** Reads the counts that there are before the run. */
  static RowCounts read(Settings farsight, DataSource data) {
    Path folder = statistics(farsight).path(PATH);
    return SavedCounts.in(folder).read(folder, data.schema().tables());
  }

  private static Settings statistics(Settings farsight) {
    return farsight.section("cache").section("statistics");
  }

  private static RowCounts count(RunSetup setup, DataSource data) {
    var meter =
        ProgressMeter.begin(
            setup.events(),
            "counting rows in the training data",
            Math.max(0, data.trainSamples()),
            "samples");
    int every = statistics(setup.farsight()).integer(EVERY, 1, MOST_EVERY);
    try (var pass = data.train(0)) {
      RowCounts counts =
          RowCounts.of(new CountedBatches(pass, meter), setup.settings().batchSize(), every);
      meter.end();
      return counts;
    }
  }
}
