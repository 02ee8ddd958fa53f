package dev.farsight.engine.statistics;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.model.FileSeal;
import dev.farsight.engine.model.NpyReader;
import dev.farsight.engine.model.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of rows on disk, as {@code farsight data stats} leaves them: an int32 array for each table
 * in {@code DIR/counts}, and in {@code DIR/stats.json} of which data they are. Immutable.
 *
 * @param data the data that was counted
 * @param seals of the files, by table
 */
public record SavedCounts(DataIdentity data, TableSet tables, List<FileSeal> seals) {

  /** The file that is written last: a folder without it is not complete. */
  public static final String FILE = "stats.json";

  /** The folder of the arrays. */
  public static final String FOLDER = "counts";

  private static final int FORMAT = 1;

  public SavedCounts {
    seals = List.copyOf(seals);
  }

  /**
   * Writes the arrays, forced to disk. What {@link #json} says of them is left to the caller to
   * write.
   *
   * @param folder where the folder {@code counts} is made
   */
  public static SavedCounts write(Path folder, RowCounts counts, DataIdentity data) {
    Path arrays = folder.resolve(FOLDER);
    var seals = new ArrayList<FileSeal>();
    try {
      Files.createDirectories(arrays);
      for (int t = 0; t < counts.tables().size(); t++) {
        Path file = arrays.resolve(fileOf(counts.tables().get(t)));
        int[] ofTable = counts.ofTable(t);
        try (var writer = new NpyWriter(file, NpyHeader.INT32, ofTable.length)) {
          for (int count : ofTable) {
            writer.put(count);
          }
          seals.add(writer.finish());
        }
        DurableFiles.force(file);
      }
      DurableFiles.force(arrays);
    } catch (IOException e) {
      throw DurableFiles.unwritable(arrays, e);
    }
    return new SavedCounts(data, counts.tables(), seals);
  }

  private static String fileOf(Table table) {
    return FileNames.of(table.name()) + ".npy";
  }

  /** What the file says of the counts, under {@code counts}. */
  public Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("format", FORMAT);
    json.put("data", data.values());
    var files = new ArrayList<Map<String, Object>>();
    for (int t = 0; t < tables.size(); t++) {
      files.add(
          Map.of(
              "table", tables.get(t).name(),
              "rows", tables.get(t).rows(),
              "file", FOLDER + "/" + fileOf(tables.get(t)),
              "bytes", seals.get(t).bytes(),
              "sha256", seals.get(t).sha256()));
    }
    json.put("files", files);
    return json;
  }

  /**
   * What the file of a folder says.
   *
   * @throws ConfigException if there are no statistics
   */
  public static SavedCounts in(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          "farsight.cache.statistics.path: "
              + folder
              + " has no "
              + FILE
              + "; name a folder that `farsight data stats CONF --out DIR` left");
    }
    try {
      return JsonFile.parse(file, JsonFile.bytes(file), json -> of(json.getConfig("counts")));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static SavedCounts of(Config json) {
    int format = json.getInt("format");
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "counts of format " + format + ", this farsight reads " + FORMAT);
    }
    var data = new TreeMap<String, String>();
    json.getObject("data").forEach((key, value) -> data.put(key, (String) value.unwrapped()));
    List<Table> tables = new ArrayList<>();
    List<FileSeal> seals = new ArrayList<>();
    for (Config file : json.getConfigList("files")) {
      tables.add(new Table(file.getString("table"), file.getInt("rows")));
      seals.add(new FileSeal(file.getLong("bytes"), file.getString("sha256")));
    }
    return new SavedCounts(new DataIdentity(data), new TableSet(tables), seals);
  }

  /**
   * Reads the arrays, and checks their checksums.
   *
   * @param wanted the tables of the run
   * @throws FarsightException if they are of other tables, or damaged
   */
  public RowCounts read(Path folder, TableSet wanted) {
    tables
        .differenceTo(wanted)
        .ifPresent(
            difference -> {
              throw new ConfigException(
                  "farsight.cache.statistics.path: "
                      + folder
                      + " has counts of other tables: "
                      + difference
                      + "; count anew with `farsight data stats`");
            });
    var counts = RowCounts.none(wanted);
    for (int t = 0; t < wanted.size(); t++) {
      Path file = folder.resolve(FOLDER).resolve(fileOf(wanted.get(t)));
      int[] ofTable = counts.ofTable(t);
      try (var reader = NpyReader.open(file, NpyHeader.INT32, seals.get(t))) {
        reader.requireShape(List.of((long) ofTable.length));
        for (int row = 0; row < ofTable.length; row++) {
          ofTable[row] = reader.nextInt();
          if (ofTable[row] < 0) {
            throw reader.bad("the count of row " + row + " is " + ofTable[row]);
          }
        }
        reader.finish();
      }
    }
    return counts;
  }
}
