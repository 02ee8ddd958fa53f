package dev.farsight.engine.checkpoint;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.internal.DrawsJson;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.metrics.CacheCounters;
import dev.farsight.engine.metrics.TableCounters;
import dev.farsight.engine.model.FileSeal;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.sharding.ShardingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of {@code checkpoint.json}.
 *
 * @param runId random id of the run
 * @param modelSeed the seed of the rows that were never written
 * @param generation how often all rows had been drawn again
 * @param draws how the rows that were never written are drawn, by table
 * @param runDirectory the folder with the run's files
 * @param store id of the persistent store that holds the rows; null if row files hold them
 * @param rowsHeld number of rows that the persistent store holds; 0 without one
 * @param rows the row files, in the order in which to read them; empty if a persistent store holds
 *     the rows
 * @param deltas the files for followers of the run; null if it writes none
 * @param files length and SHA-256 of the checkpoint's own files, by name
 * @param fitted checksums of the files with what the data was found to be like, which all
 *     checkpoints of a run share; empty if there are none
 * @param identity settings and data sizes that must not change when the run resumes
 * @param cache description of the cache whose state was saved; null if it was not saved
 * @param plan how rows were divided over devices; null if there was one
 * @param processes how many processes have parts of the checkpoint
 * @param process whose part this is
 * @param digests of the steps since the checkpoint before; null in formats 1 and 2
 * @param progress the run's progress at the checkpoint
 * @param model what predictions depend on beside the weights; null in checkpoints of earlier
 *     versions
 * @param config the run's configuration
 */
record Manifest(
    long runId,
    long modelSeed,
    int generation,
    TableSet tables,
    RowFormat format,
    List<Draw> draws,
    String runDirectory,
    String store,
    long rowsHeld,
    List<RowLogFile> rows,
    Deltas deltas,
    Map<String, FileDigest> files,
    Map<String, FileSeal> fitted,
    Map<String, String> identity,
    String cache,
    ShardingPlan plan,
    int processes,
    int process,
    Digests digests,
    RunProgress progress,
    ModelDescription model,
    Config config) {

  static final int FORMAT = 3;

  /** The format of Farsight 0.1: no generation, and only dim and state of the row format. */
  static final int FIRST_FORMAT = 1;

  /** Length of a file, and its SHA-256 in hexadecimal. */
  record FileDigest(long bytes, String sha256) {}

  String toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("version", BuildInfo.version());
    json.put("run", Long.toHexString(runId));
    json.put("model_seed", modelSeed);
    json.put(
        "tables",
        tables.tables().stream().map(t -> Map.of("name", t.name(), "rows", t.rows())).toList());
    json.put("generation", generation);
    json.putAll(RowFormatJson.keys(format));
    json.putAll(DrawsJson.keys(initial()));
    json.put("run_directory", runDirectory);
    json.put("store", store);
    json.put("store_rows", rowsHeld);
    json.put(
        "rows",
        rows.stream()
            .map(r -> Map.of("step", r.step(), "rows", r.rows(), "bytes", r.bytes()))
            .toList());
    json.put(Deltas.KEY, deltas == null ? null : deltas.json());
    json.put(
        "files",
        files.entrySet().stream()
            .map(
                f ->
                    Map.of(
                        "name",
                        f.getKey(),
                        "bytes",
                        f.getValue().bytes(),
                        "sha256",
                        f.getValue().sha256()))
            .toList());
    json.put("fitted", FileSeal.json(fitted));
    json.put(
        "identity",
        identity.entrySet().stream()
            .map(e -> Map.of("key", e.getKey(), "value", e.getValue()))
            .toList());
    json.put("cache", cache);
    json.put(ShardingPlan.KEY, plan == null ? null : plan.json());
    json.put("processes", processes);
    json.put("process", process);
    json.put("digests", digests == null ? null : digests.json());
    json.put("progress", progress.json());
    json.put(ModelDescription.KEY, model == null ? null : model.map());
    json.put("config", config.root().unwrapped());
    return ConfigFactory.parseMap(json)
        .root()
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }

  /** Reads the result of {@link #toJson}, in the current format or the first one. */
  static Manifest of(Config json) {
    var tables = new ArrayList<Table>();
    for (Config table : json.getConfigList("tables")) {
      tables.add(new Table(table.getString("name"), table.getInt("rows")));
    }
    var rows = new ArrayList<RowLogFile>();
    for (Config file : json.getConfigList("rows")) {
      rows.add(new RowLogFile(file.getLong("step"), file.getLong("rows"), file.getLong("bytes")));
    }
    Map<String, FileDigest> files = new TreeMap<>();
    for (Config file : json.getConfigList("files")) {
      files.put(
          file.getString("name"), new FileDigest(file.getLong("bytes"), file.getString("sha256")));
    }
    Map<String, String> identity = new TreeMap<>();
    for (Config entry : json.getConfigList("identity")) {
      identity.put(entry.getString("key"), entry.getString("value"));
    }
    var tableSet = new TableSet(tables);
    RunProgress progress = RunProgress.of(json.getConfig("progress"));
    var manifest =
        new Manifest(
            hex(json, "run"),
            json.getLong("model_seed"),
            json.getInt("format") == FIRST_FORMAT ? 0 : json.getInt("generation"),
            tableSet,
            RowFormatJson.of(json),
            DrawsJson.of(json, tableSet),
            json.getString("run_directory"),
            json.hasPath("store") ? json.getString("store") : null,
            json.getLong("store_rows"),
            rows,
            json.hasPath(Deltas.KEY) ? Deltas.of(json.getConfig(Deltas.KEY)) : null,
            files,
            json.hasPath("fitted") ? FileSeal.of(json.getConfigList("fitted")) : Map.of(),
            identity,
            json.hasPath("cache") ? json.getString("cache") : null,
            json.hasPath(ShardingPlan.KEY)
                ? ShardingPlan.of(json.getConfig(ShardingPlan.KEY))
                : null,
            json.hasPath("processes") ? json.getInt("processes") : 1,
            json.hasPath("process") ? json.getInt("process") : 0,
            json.hasPath("digests") ? Digests.of(json.getConfig("digests")) : null,
            progress,
            json.hasPath(ModelDescription.KEY)
                ? new ModelDescription(json.getConfig(ModelDescription.KEY))
                : null,
            json.getConfig("config"));
    manifest.requireUsable();
    return manifest;
  }

  private static long hex(Config json, String key) {
    String digits = json.getString(key);
    try {
      return Long.parseUnsignedLong(digits, 16);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is no hexadecimal number: " + digits, e);
    }
  }

  /** The rows that were never written. */
  InitialRows initial() {
    return new InitialRows(tables, format, draws, modelSeed, generation);
  }

  /** Throws if there are no such rows, or if a resumed run could not go on counting. */
  private void requireUsable() {
    initial();
    CacheCounters.of(progress.counters());
    TableCounters.of(tables, progress.tableCounters());
    progress.devices().requireUsable();
    if (deltas != null && deltas.step() != progress.steps()) {
      throw new IllegalArgumentException(Deltas.KEY + ": lead to step " + deltas.step());
    }
    if (deltas != null && digests == null) {
      throw new IllegalArgumentException(Deltas.KEY + ": without digests");
    }
    RunProgress.RowsDrawn drawn = progress.rowsDrawn();
    if (drawn.step() < 0 || drawn.step() > progress.steps() || drawn.epoch() > progress.epoch()) {
      throw new IllegalArgumentException(
          "rows_drawn_step is " + drawn.step() + ", rows_drawn_epoch " + drawn.epoch());
    }
  }
}
