package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportFormat;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.DrawsJson;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.RowFormatJson;
import dev.farsight.api.table.Draw;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.metrics.BuildInfo;
import dev.farsight.engine.metrics.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The content of {@code model.json}. Its own checksum is in {@code model.json.sha256}, in the
 * format of {@code sha256sum -c}.
 *
 * @param initial the rows that are not in the files
 * @param updates that the optimizer state has seen; earlier versions did not record them
 * @param dense names of the dense parameters
 * @param contents what the files have
 * @param description empty for models of earlier versions
 * @param training what is known of the training, for readers
 * @param since {@code training} of the earlier state, if the rows are those that differ from it;
 *     empty otherwise
 * @param files checksums of all other files, by path in the model's folder; empty for formats 1 and
 *     2, which had none
 */
record ModelManifest(
    InitialRows initial,
    OptimizerUpdates updates,
    List<String> dense,
    Contents contents,
    Optional<ModelDescription> description,
    Map<String, Object> training,
    Map<String, Object> since,
    Map<String, FileSeal> files) {

  /** The key of {@link #since}. */
  static final String SINCE = "since";

  static final String FILE = "model.json";
  static final String SHA_FILE = "model.json.sha256";

  private static final int FORMAT = 4;

  /** The format of Farsight 0.1: no generation, and only dim and state of the row format. */
  private static final int FIRST_FORMAT = 1;

  /** The first format with checksums. */
  private static final int SEALED_FORMAT = 3;

  /**
   * What the files have.
   *
   * @param weights the format of the files with weights, {@link ExportFormat#name}
   * @param rows which rows there are
   */
  record Contents(String weights, ExportedModel.Selection rows) {

    /** What {@code model} directories have. */
    static final Contents MODEL = new Contents("npy", ExportedModel.Selection.WRITTEN);

    private static Contents of(Config json) {
      if (!json.hasPath("weights")) {
        return MODEL;
      }
      String name = json.getString("rows");
      for (ExportedModel.Selection rows : ExportedModel.Selection.values()) {
        if (name(rows).equals(name)) {
          return new Contents(json.getString("weights"), rows);
        }
      }
      throw new IllegalArgumentException("rows: unknown value " + Quoted.of(name));
    }

    private static String name(ExportedModel.Selection rows) {
      return rows.name().toLowerCase(Locale.ROOT);
    }
  }

  /** The description of a model whose weights are in these files. */
  static ModelManifest of(ExportedModel model, String weights, Map<String, FileSeal> files) {
    Config description = ConfigFactory.parseMap(model.description());
    return new ModelManifest(
        model.initial(),
        new OptimizerUpdates(model.rowUpdates(), model.denseUpdates()),
        model.parameters().stream().map(DenseState.Parameter::name).toList(),
        new Contents(weights, model.selection()),
        description(description),
        training("training", description),
        training(SINCE, description),
        files);
  }

  private static Optional<ModelDescription> description(Config json) {
    return json.hasPath(ModelDescription.KEY)
        ? Optional.of(new ModelDescription(json.getConfig(ModelDescription.KEY)))
        : Optional.empty();
  }

  private static Map<String, Object> training(String key, Config json) {
    return json.hasPath(key) ? json.getObject(key).unwrapped() : Map.of();
  }

  void write(Path folder) throws IOException {
    byte[] json = json().getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(FILE), json);
    Files.writeString(folder.resolve(SHA_FILE), shaLine(json));
  }

  private static String shaLine(byte[] json) {
    return Sha256.hex(Sha256.create().digest(json)) + "  " + FILE + "\n";
  }

  private String json() {
    List<Map<String, Object>> tableList = new ArrayList<>();
    for (int t = 0; t < initial.tables().size(); t++) {
      Table table = initial.tables().get(t);
      Map<String, Object> tableJson = new LinkedHashMap<>();
      tableJson.put("name", table.name());
      tableJson.put("rows", table.rows());
      tableJson.put("draw", DrawsJson.of(initial.draws().get(t)));
      tableList.add(tableJson);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("version", BuildInfo.version());
    json.put("weights", contents.weights());
    json.put("rows", Contents.name(contents.rows()));
    json.put("seed", initial.seed());
    json.put("generation", initial.generation());
    json.putAll(RowFormatJson.keys(initial.format()));
    json.put("updates", updates.json());
    json.put("tables", tableList);
    json.put("dense", dense);
    description.ifPresent(model -> json.put(ModelDescription.KEY, model.map()));
    json.put("training", training);
    if (contents.rows() == ExportedModel.Selection.CHANGED) {
      json.put(SINCE, since);
    }
    json.put("files", FileSeal.json(files));
    return ConfigFactory.parseMap(json)
            .root()
            .render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }

  /**
   * Reads and checks the manifest of a model.
   *
   * @throws FarsightException if it is missing, damaged, or of a format that this version does not
   *     read
   */
  static ModelManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FarsightException(folder + ": contains no model (" + FILE + " is missing)");
    }
    try {
      byte[] json = JsonFile.bytes(file);
      Path shaFile = folder.resolve(SHA_FILE);
      boolean sealed = Files.isRegularFile(shaFile, LinkOption.NOFOLLOW_LINKS);
      if (sealed && !shaLine(json).equals(latin1(JsonFile.bytes(shaFile)))) {
        throw new FarsightException(
            file + ": is damaged: its SHA-256 is not that of " + SHA_FILE + SavedFiles.AGAIN);
      }
      ModelManifest manifest =
          JsonFile.parse(file, json, content -> ModelManifest.of(folder, content));
      if (!manifest.files().isEmpty() && !sealed) {
        throw new FarsightException(
            shaFile + ": is missing, which has the checksum of " + FILE + SavedFiles.AGAIN);
      }
      return manifest;
    } catch (IOException e) {
      throw DurableFiles.unreadable(file, e);
    }
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static ModelManifest of(Path folder, Config json) {
    int format = json.getInt("format");
    if (format < FIRST_FORMAT || format > FORMAT) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: the model has format %d, written by Farsight %s; this is Farsight %s, which reads formats %d to %d: use the version that wrote it",
              folder,
              format,
              json.hasPath("version") ? Quoted.of(json.getString("version")) : "of unknown version",
              BuildInfo.version(),
              FIRST_FORMAT,
              FORMAT));
    }
    List<Table> tables = new ArrayList<>();
    for (Config table : json.getConfigList("tables")) {
      tables.add(new Table(table.getString("name"), table.getInt("rows")));
    }
    List<String> dense = json.getStringList("dense");
    if (new TreeSet<>(dense).size() < dense.size()) {
      throw new IllegalArgumentException("dense: a name is there twice");
    }
    Map<String, FileSeal> files =
        format >= SEALED_FORMAT ? FileSeal.of(json.getConfigList("files")) : Map.of();
    if (format >= SEALED_FORMAT && files.isEmpty()) {
      throw new IllegalArgumentException("files: no file is named");
    }
    int generation = json.hasPath("generation") ? json.getInt("generation") : 0;
    var tableSet = new TableSet(tables);
    return new ModelManifest(
        new InitialRows(
            tableSet,
            RowFormatJson.of(json),
            draws(json, tableSet),
            json.getLong("seed"),
            generation),
        json.hasPath("updates")
            ? OptimizerUpdates.of(json.getConfig("updates"))
            : OptimizerUpdates.NONE,
        dense,
        Contents.of(json),
        description(json),
        training("training", json),
        training(SINCE, json),
        files);
  }

  /** Until format 3 the draws were a list of their own. */
  private static List<Draw> draws(Config json, TableSet tables) {
    List<? extends Config> tableList = json.getConfigList("tables");
    return tableList.stream().allMatch(table -> table.hasPath("draw"))
        ? tableList.stream().map(table -> DrawsJson.draw(table.getConfig("draw"))).toList()
        : DrawsJson.of(json, tables);
  }

  /** Whether the files have checksums. */
  boolean sealed() {
    return !files.isEmpty();
  }
}
