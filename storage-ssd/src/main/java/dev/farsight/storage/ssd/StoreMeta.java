package dev.farsight.storage.ssd;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a store was made with, in {@code store.json} of its directory. Written last, so a directory
 * without it holds no store, but at most the rest of one whose making was interrupted.
 *
 * @param id tells this store from any other
 * @param capacity most rows that can ever be written
 * @param mapBytes size of each map's file when it was made
 */
record StoreMeta(
    String id, RowFormat format, TableSet tables, long seed, long capacity, List<Long> mapBytes) {

  static final int VERSION = 1;

  private static final String FILE = "store.json";

  static Path file(Path directory) {
    return directory.resolve(FILE);
  }

  void write(Path directory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", VERSION);
    json.put("id", id);
    json.put("dim", format.dim());
    json.put("state", format.stateFloats());
    json.put("seed", Long.toString(seed));
    json.put("capacity", capacity);
    json.put("map_bytes", mapBytes);
    json.put("tables", tables.tables().stream().map(Table::name).toList());
    json.put("rows", tables.tables().stream().map(Table::rows).toList());
    Config config = ConfigValueFactory.fromMap(json).toConfig();
    DurableFile.write(
        file(directory),
        out -> out.writeBytes(config.root().render(ConfigRenderOptions.concise())));
  }

  static StoreMeta read(Path directory) {
    Path file = file(directory);
    try {
      Config json = ConfigFactory.parseString(Files.readString(file));
      int version = json.getInt("version");
      if (version != VERSION) {
        throw new FarsightException(
            "%s: is of version %d, this Farsight reads version %d"
                .formatted(file, version, VERSION));
      }
      List<String> names = json.getStringList("tables");
      List<Integer> rows = json.getIntList("rows");
      var tables = new Table[names.size()];
      for (int t = 0; t < tables.length; t++) {
        tables[t] = new Table(names.get(t), rows.get(t));
      }
      return new StoreMeta(
          json.getString("id"),
          RowFormat.of(json.getInt("dim"), json.getInt("state")),
          new TableSet(List.of(tables)),
          Long.parseLong(json.getString("seed")),
          json.getLong("capacity"),
          json.getLongList("map_bytes"));
    } catch (IOException
        | ConfigException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new FarsightException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Refuses a run that has other rows than the store.
   *
   * @throws FarsightException that says which difference it is
   */
  void requireFits(Path directory, StoreSpec spec) {
    RowFormat wanted = spec.format();
    if (format.dim() != wanted.dim()) {
      throw other(directory, "rows of " + format.dim() + " weights", wanted.dim() + " weights");
    }
    if (format.stateFloats() != wanted.state()) {
      throw other(
          directory,
          "rows with " + format.stateFloats() + " floats of optimizer state",
          String.valueOf(wanted.state()));
    }
    requireTables(directory, spec.tables());
    if (seed != spec.initial().seed()) {
      throw other(directory, "rows initialised by seed " + seed, "seed " + spec.initial().seed());
    }
  }

  private void requireTables(Path directory, TableSet wanted) {
    if (tables.size() != wanted.size()) {
      throw other(directory, tables.size() + " tables", String.valueOf(wanted.size()));
    }
    for (int t = 0; t < wanted.size(); t++) {
      Table has = tables.get(t);
      Table wants = wanted.get(t);
      if (!has.equals(wants)) {
        throw other(
            directory,
            "table %s of %d rows".formatted(has.name(), has.rows()),
            "%s of %d rows in its place".formatted(wants.name(), wants.rows()));
      }
    }
  }

  private static FarsightException other(Path directory, String has, String wants) {
    return new FarsightException(
        "%s: holds %s, this run has %s; set storage.ssd.path to another directory"
            .formatted(directory, has, wants));
  }
}
