package dev.farsight.storage.ssd;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DrawsJson;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowShards;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * What a store was made with, in {@code store.json} of its directory. Written last, so a directory
 * without it holds no store, but at most the rest of one whose making was interrupted ({@link
 * Making}). Its last key is the CRC32C of the text before it.
 *
 * @param version of the format; stores of earlier ones are read, and keep their version
 * @param id tells this store from any other
 * @param draws how the rows never written are drawn, by table
 * @param seed of the rows never written
 * @param generation of the rows never written
 * @param capacity most rows that can ever be written
 * @param mapBytes size of each map's file when it was made; empty if this generation was deleted
 * @param heads {@link MapHead#checksum} of each map's file; empty for a store of an earlier version
 *     that was not opened to write since, and without maps
 */
record StoreMeta(
    int version,
    String id,
    RowFormat format,
    TableSet tables,
    List<Draw> draws,
    long seed,
    int generation,
    long capacity,
    List<Long> mapBytes,
    List<Long> heads) {

  static final int VERSION = 3;

  /** Of Farsight 0.1: no generations, and another hash over the maps. */
  static final int FIRST_VERSION = 1;

  /** From this version on there are checksums. */
  private static final int CHECKED_VERSION = 3;

  private static final HexFormat HEX = HexFormat.of();
  private static final String FILE = "store.json";
  private static final String SUM = ",\"crc32c\":\"";

  static Path file(Path directory) {
    return directory.resolve(FILE);
  }

  /** Whether a directory holds a store. */
  static boolean exists(Path directory) {
    return Files.exists(file(directory), LinkOption.NOFOLLOW_LINKS);
  }

  void write(Path directory) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", version);
    json.put("id", id);
    json.putAll(RowFormatJson.keys(format));
    json.putAll(DrawsJson.keys(new InitialRows(tables, format, draws, seed, generation)));
    json.put("seed", Long.toString(seed));
    json.put("generation", generation);
    json.put("capacity", capacity);
    json.put("map_bytes", mapBytes);
    json.put("map_heads", heads);
    json.put("tables", tables.tables().stream().map(Table::name).toList());
    json.put("rows", tables.tables().stream().map(Table::rows).toList());
    String text = ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise());
    byte[] checked = text.substring(0, text.length() - 1).getBytes(StandardCharsets.UTF_8);
    String end = SUM + HEX.toHexDigits((int) sum(checked, checked.length)) + "\"}";
    DurableFiles.write(
        file(directory),
        out -> {
          out.write(checked);
          out.writeBytes(end);
        });
  }

  /** Whether the rows of this generation were deleted. */
  boolean deleted() {
    return mapBytes.isEmpty();
  }

  /** Bytes of the maps on disk. */
  long bytes() {
    return mapBytes.stream().mapToLong(Long::longValue).sum();
  }

  /** The same store after the rows of this generation were deleted. */
  StoreMeta withoutMaps() {
    return new StoreMeta(
        VERSION, id, format, tables, draws, seed, generation, capacity, List.of(), List.of());
  }

  /** The same store with these {@link #heads}. */
  StoreMeta withHeads(List<Long> checksums) {
    return new StoreMeta(
        version, id, format, tables, draws, seed, generation, capacity, mapBytes, checksums);
  }

  /**
   * Reads a store's description.
   *
   * @throws FarsightException if it is damaged, or of a later version
   */
  static StoreMeta read(Path directory) {
    Path file = file(directory);
    Damage.requireFile(file);
    try {
      byte[] bytes = JsonFile.bytes(file);
      return JsonFile.parse(file, bytes, json -> parse(file, bytes, json));
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static StoreMeta parse(Path file, byte[] bytes, Config json) {
    int version = json.getInt("version");
    if (version < FIRST_VERSION || version > VERSION) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: is of version %d, this Farsight reads versions %d to %d; open it with the Farsight that made it",
              file,
              version,
              FIRST_VERSION,
              VERSION));
    }
    requireSum(file, bytes, version);
    List<Long> mapBytes = json.getLongList("map_bytes");
    List<Long> heads = json.hasPath("map_heads") ? json.getLongList("map_heads") : List.of();
    boolean asMade =
        version < CHECKED_VERSION
            ? !mapBytes.isEmpty() && (heads.isEmpty() || heads.size() == mapBytes.size())
            : heads.size() == mapBytes.size();
    if (!asMade || mapBytes.size() > SsdSettings.MOST_MAPS) {
      throw new IllegalArgumentException(
          "map_bytes and map_heads have " + mapBytes.size() + " and " + heads.size() + " items");
    }
    var tables = new TableSet(tables(json));
    long capacity = json.getLong("capacity");
    if (capacity < 1 || capacity > tables.rows()) {
      throw new IllegalArgumentException("capacity is " + capacity + ", rows are " + tables.rows());
    }
    return new StoreMeta(
        version,
        json.getString("id"),
        RowFormatJson.of(json),
        tables,
        DrawsJson.of(json, tables),
        Long.parseLong(json.getString("seed")),
        version == FIRST_VERSION ? 0 : json.getInt("generation"),
        capacity,
        mapBytes,
        heads);
  }

  private static List<Table> tables(Config json) {
    List<String> names = json.getStringList("tables");
    List<Integer> rows = json.getIntList("rows");
    if (names.size() != rows.size()) {
      throw new IllegalArgumentException(
          "tables and rows have " + names.size() + " and " + rows.size() + " items");
    }
    return IntStream.range(0, names.size())
        .mapToObj(t -> new Table(names.get(t), rows.get(t)))
        .toList();
  }

  /** Earlier versions have a checksum only once this one has written them. */
  private static void requireSum(Path file, byte[] bytes, int version) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.lastIndexOf(SUM);
    if (at < 0 && version < CHECKED_VERSION) {
      return;
    }
    String end = SUM + HEX.toHexDigits((int) sum(bytes, Math.max(0, at))) + "\"}";
    if (at < 0 || !text.startsWith(end, at) || text.length() != at + end.length()) {
      throw Damage.of(file, "it fails its checksum");
    }
  }

  private static long sum(byte[] bytes, int count) {
    var sum = new CRC32C();
    sum.update(bytes, 0, count);
    return sum.getValue();
  }

  /**
   * Refuses a run that has other rows than the store.
   *
   * @throws FarsightException that says which difference it is
   */
  void requireFits(Path directory, StoreSpec spec) {
    requireSameRows(directory, spec);
    if (generation != spec.initial().generation()) {
      throw other(
          directory,
          "rows of generation " + generation,
          "generation " + spec.initial().generation());
    }
  }

  /** As {@link #requireFits}, whatever the generation. */
  void requireSameRows(Path directory, StoreSpec spec) {
    RowFormat wanted = spec.format();
    if (format.dim() != wanted.dim()) {
      throw other(directory, "rows of " + format.dim() + " weights", wanted.dim() + " weights");
    }
    if (format.stateFloats() != wanted.stateFloats()) {
      throw other(
          directory,
          "rows with " + format.stateFloats() + " floats of optimizer state",
          String.valueOf(wanted.stateFloats()));
    }
    if (format.precision() != wanted.precision()) {
      throw other(
          directory,
          format.precision().configName() + " rows",
          wanted.precision().configName() + " rows");
    }
    if (!format.equals(wanted)) {
      throw other(directory, format + ": " + format.state(), wanted + ": " + wanted.state());
    }
    requireTables(directory, spec.tables());
    requireDraws(directory, spec.initial().draws());
    if (seed != spec.initial().seed()) {
      throw other(directory, "rows initialised by seed " + seed, "seed " + spec.initial().seed());
    }
  }

  /** The map that holds a row, of {@code mapBytes().size()}. */
  int mapOf(long row) {
    int maps = mapBytes.size();
    return version == FIRST_VERSION
        ? (int) (((InitialRows.mix64(row) >>> 32) * maps) >>> 32)
        : RowShards.share(row, maps);
  }

  /** Rows that each map was made for. */
  long rowsOfOneMap() {
    return rowsOfOneMap(version, capacity, mapBytes.size());
  }

  /**
   * Rows that one of several maps needs room for. A map has at most the capacity's share of the
   * shards, rounded up, and the hash spreads rows evenly but for some standard deviations.
   */
  static long rowsOfOneMap(int version, long capacity, int maps) {
    if (maps == 1) {
      return capacity;
    }
    int shards = (RowShards.COUNT + maps - 1) / maps;
    long share =
        version == FIRST_VERSION
            ? (capacity + maps - 1) / maps
            : (long) Math.ceil((double) capacity * shards / RowShards.COUNT);
    return Math.min(capacity, share + 8 * (long) Math.sqrt((double) share) + 8);
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
            String.format(Locale.ROOT, "table %s of %d rows", has.name(), has.rows()),
            String.format(Locale.ROOT, "%s of %d rows in its place", wants.name(), wants.rows()));
      }
    }
  }

  private void requireDraws(Path directory, List<Draw> wanted) {
    for (int t = 0; t < wanted.size(); t++) {
      if (!draws.get(t).equals(wanted.get(t))) {
        throw other(
            directory,
            "rows drawn as " + text(draws.get(t)) + " in table " + tables.get(t).name(),
            text(wanted.get(t)));
      }
    }
  }

  private static String text(Draw draw) {
    return draw.law().configName() + " of scale " + draw.scale();
  }

  private static FarsightException other(Path directory, String has, String wants) {
    return new FarsightException(
        "%s: holds %s, this run has %s; set storage.ssd.path to another directory"
            .formatted(directory, has, wants));
  }
}
