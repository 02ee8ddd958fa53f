package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigException;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.bench.replay.Comparison;
import dev.farsight.bench.replay.ReplaySettings;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Sample;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.settings.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The clairvoyant bound of cells: how many rows have to come in over a whole run even under a
 * policy that knows every lookup to come. A replay of the data's lookups, without training,
 * computed once for each data set, batch size and number of slots; kept in the suite's folder
 * {@code bounds}.
 */
final class Bounds {

  private final Path folder;
  private final Map<String, Long> missedRows = new HashMap<>();

  /**
   * @param suite the suite's folder
   */
  Bounds(Path suite) {
    folder = suite.resolve("bounds");
  }

  /** Rows that have to come in, if that is known. */
  OptionalLong missedRows(Cell cell) {
    Long missed = missedRows.computeIfAbsent(key(cell), this::kept);
    return missed == null ? OptionalLong.empty() : OptionalLong.of(missed);
  }

  /** Computes what is not known yet. Memory: about 8 bytes a unique row of each batch. */
  void compute(List<Cell> cells, Components components, SuiteListener listener) {
    Map<String, List<Cell>> unknown =
        cells.stream()
            .filter(cell -> !cell.outlook().full() && missedRows(cell).isEmpty())
            .collect(
                Collectors.groupingBy(Bounds::lookupsOf, LinkedHashMap::new, Collectors.toList()));
    for (List<Cell> sameLookups : unknown.values()) {
      try {
        replay(sameLookups, components, listener);
      } catch (FarsightException e) {
        listener.say("no clairvoyant bound: " + e.getMessage());
      }
    }
  }

  private void replay(List<Cell> cells, Components components, SuiteListener listener) {
    Cell first = cells.get(0);
    listener.say(
        String.format(
            Locale.ROOT,
            "computing the clairvoyant bound for batches of %s, seed %d",
            first.config().getString("data.batch-size"),
            first.seed()));
    var trace = new CellTrace(first, components);
    var requests = Requests.of(trace, trace.batchSize(), Sample.ALL);
    for (Cell cell : cells) {
      if (missedRows(cell).isEmpty()) {
        var settings = ReplaySettings.of(Settings.of("farsight", cell.config()), 0);
        var bound =
            new Comparison(requests).bound(Math.toIntExact(cell.outlook().slots()), settings);
        keep(key(cell), bound.tally().all().missed());
      }
    }
  }

  private Long kept(String key) {
    Path file = folder.resolve(key + ".json");
    try {
      return Files.isRegularFile(file)
          ? (Long) JsonFile.parse(file, Files.readString(file)).getLong("missed_rows")
          : null;
    } catch (IOException | ConfigException | FarsightException e) {
      return null; // computed again
    }
  }

  private void keep(String key, long missed) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw DurableFiles.failed(folder, "cannot be made", e);
    }
    SuiteDirectory.write(folder.resolve(key + ".json"), "{\"missed_rows\":" + missed + "}\n");
    missedRows.put(key, missed);
  }

  /** What a bound depends on; cells that differ in nothing of it share one. */
  private static String key(Cell cell) {
    var config = cell.config();
    return Digest.of(
            lookupsOf(cell)
                + " "
                + cell.outlook().slots()
                + " "
                + EngineSettings.regions(Settings.of("farsight", config).section("cache"))
                + " "
                + config.getString("lookahead.planned"))
        .substring(0, 16);
  }

  private static String lookupsOf(Cell cell) {
    var config = cell.config();
    return Cell.json(config.getConfig("data").withoutPath("synthetic.in-memory"))
        + " "
        + config.getString("train.seed")
        + " "
        + config.getString("train.epochs")
        + " "
        + config.getString("train.max-steps");
  }
}
