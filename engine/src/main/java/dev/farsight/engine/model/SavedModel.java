package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.internal.FileNames;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * A model on disk, opened for reading; {@link ModelDirectory} describes the files. Nothing in it is
 * taken on trust: each file is read once, and compared with what {@code model.json} says and with
 * its checksum as it is read. What comes of a damaged file must not be used, although part of it
 * may have been passed on before the damage is found. Symbolic links in the folder are not
 * followed.
 *
 * <p><b>Memory.</b> At most 16 MiB of rows, or one row, and 1 MiB a file; no more than the files
 * have.
 */
public final class SavedModel {

  /** What to do about files that are missing or damaged; farsight_model.py says the same. */
  static final String AGAIN = "; copy the model as a whole, or save it again";

  private static final String WEIGHTS_ONLY =
      "; set model.load-state = false to load its weights only";

  private final Path path;
  private final ModelManifest manifest;

  /**
   * @throws FarsightException if there is no model, or if {@code model.json} is damaged or of a
   *     format that this version does not read
   */
  public SavedModel(Path path) {
    this.path = path;
    manifest = ModelManifest.read(path);
    for (String folder : List.of("dense", "rows", FittedFolder.NAME)) {
      require(
          !Files.isSymbolicLink(path.resolve(folder)),
          "has a symbolic link " + folder + ", which is not followed: put the folder itself there");
    }
  }

  /**
   * The folder with what the data was found to be like; empty if there is none. Reads its files.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public Optional<Path> fitted() {
    Path folder = path.resolve(FittedFolder.NAME);
    if (!manifest.sealed()) {
      return Optional.of(folder).filter(Files::isDirectory);
    }
    String prefix = FittedFolder.NAME + "/";
    Map<String, FileSeal> seals = new TreeMap<>();
    manifest.files().entrySet().stream()
        .filter(file -> file.getKey().startsWith(prefix))
        .forEach(file -> seals.put(file.getKey().substring(prefix.length()), file.getValue()));
    FittedFolder.require(folder, seals);
    return seals.isEmpty() ? Optional.empty() : Optional.of(folder);
  }

  /** The values of the rows that are not in the files. */
  public InitialRows initial() {
    return manifest.initial();
  }

  /** How many updates the saved optimizer state has seen. */
  public OptimizerUpdates updates() {
    return manifest.updates();
  }

  /** What predictions depend on beside the weights; empty for models of earlier versions. */
  public Optional<ModelDescription> description() {
    return manifest.description();
  }

  /** All that the model has beside its weights. */
  public ModelFacts facts() {
    return new ModelFacts(
        updates(), FittedFolder.copyOf(fitted()), description(), manifest.training());
  }

  /**
   * The configuration with which the model is evaluated: the settings that it records, and {@code
   * model.load}. Its data is still to be named, as {@code data.path}.
   *
   * @throws FarsightException if an earlier version saved the model
   */
  public FarsightConfig configuration() {
    Config settings = description().map(ModelDescription::settings).orElse(null);
    require(
        settings != null,
        "was saved by an earlier version, which did not record its settings: give its configuration file, and set model.load");
    return FarsightConfig.ofSection(path.resolve(ModelManifest.FILE).toString(), settings)
        .with("model.load", ConfigValueFactory.fromAnyRef(path.toString()));
  }

  /**
   * Checks that a configuration has the model's settings, where predictions depend on them. Those
   * of models of earlier versions are unknown.
   *
   * @param farsight the section {@code farsight}, with the section {@code data} of what the data
   *     was made from
   * @param trains whether the model is trained on; then, with {@code model.load-state = false},
   *     data and rows may be others. An evaluation needs all as it was.
   * @throws ConfigException if not; the message has both values of every setting that differs
   */
  public void requireSettings(Settings farsight, Components components, boolean trains) {
    boolean weightsOnly = trains && !farsight.section("model").bool("load-state");
    SettingDifferences differences =
        description()
            .map(model -> SettingDifferences.of(model.settings(), farsight, components))
            .orElse(SettingDifferences.NONE);
    List<String> refused = weightsOnly ? differences.ofWeights() : differences.all();
    if (!refused.isEmpty()) {
      throw new ConfigException(
          path
              + ": the model was made with other settings: "
              + String.join("; ", refused)
              + advice(trains, differences.ofWeights().isEmpty()));
    }
  }

  private static String advice(boolean trains, boolean weightsFit) {
    if (!trains) {
      return "; an evaluation needs them as they were; eval MODEL DATA, without these settings, takes them from the model";
    }
    return weightsFit ? WEIGHTS_ONLY : "; set them as they were, or train a new model";
  }

  /**
   * Checks that all weights are here, in files that are read here.
   *
   * @throws FarsightException if it is an export for other programs, or of some rows
   */
  public void requireComplete() {
    requireReadable();
    require(
        manifest.contents().rows() != ExportedModel.Selection.CHANGED,
        "has only the rows that differ from an earlier state (export --changed-since)");
  }

  /**
   * Checks that the data has the model's features, and that plugins give the model's ops.
   *
   * @throws ConfigException if not
   */
  public void requireSame(ModelDescription current) {
    description().ifPresent(model -> model.requireSame(path.toString(), current));
  }

  private TableSet tables() {
    return initial().tables();
  }

  private RowFormat format() {
    return initial().format();
  }

  /**
   * Names and shapes of the saved dense parameters.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public List<DenseState.Parameter> parameters() {
    var parameters = new ArrayList<DenseState.Parameter>();
    for (String name : manifest.dense()) {
      try (var npy = open("dense", name, ".npy", NpyHeader.FLOAT32)) {
        // The file has as many values, and an array cannot have more.
        require(
            npy.shape().stream().allMatch(size -> size <= Integer.MAX_VALUE)
                && npy.shape().stream().reduce(1L, Math::multiplyExact) <= Integer.MAX_VALUE - 8,
            "has the parameter " + Quoted.of(name) + " of shape " + npy.shape() + ", too large");
        List<Integer> shape = npy.shape().stream().map(Long::intValue).toList();
        parameters.add(new DenseState.Parameter(name, shape, isState(name)));
      }
    }
    return parameters;
  }

  /** Whether a name is that of optimizer state: {@code PARAMETER.PART}. */
  private boolean isState(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && manifest.dense().contains(name.substring(0, dot));
  }

  /**
   * Loads the saved weights and optimizer state into dense parameters and a store of the same rows.
   * Rows of the store that are not in the model must never have been written.
   *
   * @throws FarsightException if a file is missing, damaged, or of another model; some rows may
   *     have been written then
   */
  public void load(DenseState dense, RowStore store) {
    requireComplete();
    requireSame(store.spec());
    write(dense, dense.parameters());
    loadRows(store);
  }

  /**
   * Loads the saved weights, rounded to the precision of the store, into dense parameters whose
   * optimizer state is new, and into a store whose rows never written are drawn by the seed and the
   * draws of the model. Tables are found by their names; the store may have more of them, and more
   * rows.
   *
   * @throws FarsightException as {@link #load} does
   */
  public void loadWeights(DenseState dense, RowStore store) {
    requireComplete();
    TableSet target = store.spec().tables();
    requireRoom(store.spec());
    write(dense, dense.parameters().stream().filter(p -> !p.optimizerState()).toList());
    for (int t = 0; t < tables().size(); t++) {
      int position = target.find(tables().get(t).name());
      if (position != t) {
        new MovedTable(initial(), t).copyTo(store, position);
      }
      loadRows(t, store, position, false);
    }
  }

  /**
   * As {@link #load}, for evaluation, which needs no optimizer state: if the configured optimizer
   * has another state than the model, only the weights are loaded.
   *
   * @param withState whether optimizer state is loaded if it fits
   * @throws FarsightException as {@link #load} does
   */
  public void loadToEvaluate(DenseState dense, RowStore store, boolean withState) {
    requireComplete();
    requireSameWeights(store.spec(), "");
    if (withState && hasState(dense, store.spec().format())) {
      load(dense, store);
    } else {
      loadWeights(dense, store);
    }
  }

  private boolean hasState(DenseState dense, RowFormat format) {
    return format().state().equals(format.state())
        && dense.parameters().stream()
            .allMatch(p -> !p.optimizerState() || manifest.dense().contains(p.name()));
  }

  private void write(DenseState dense, List<DenseState.Parameter> parameters) {
    float[][] values = loadDense(parameters);
    for (int p = 0; p < values.length; p++) {
      dense.write(dense.parameters().indexOf(parameters.get(p)), values[p]);
    }
  }

  private void requireSame(StoreSpec spec) {
    RowFormat format = spec.format();
    requireSameWeights(spec, WEIGHTS_ONLY);
    require(
        format().state().equals(format.state()),
        "has the optimizer state "
            + state(format())
            + " in its rows, not "
            + state(format)
            + "; set optimizer.type to what it was trained with, or model.load-state = false to load its weights only");
  }

  /**
   * @param advice ends the message
   */
  private void requireSameWeights(StoreSpec spec, String advice) {
    RowFormat format = spec.format();
    requireDim(format);
    require(
        format().precision() == format.precision(),
        "has "
            + format().precision().configName()
            + " rows, not "
            + format.precision().configName()
            + " (model.row-precision)"
            + advice);
    String difference = tables().differenceTo(spec.tables()).orElse(null);
    require(difference == null, "has " + difference + advice);
  }

  /** Checks that the weights are in files that are read here. */
  private void requireReadable() {
    require(
        manifest.contents().weights().equals(ModelManifest.Contents.MODEL.weights()),
        "has its weights as "
            + Quoted.of(manifest.contents().weights())
            + " files, for other programs; only npy is read here: export it again with --format npy");
  }

  private void requireDim(RowFormat format) {
    require(
        format().dim() == format.dim(),
        "has rows of " + format().dim() + " weights, not " + format.dim());
  }

  private static String state(RowFormat format) {
    return format.state().isEmpty()
        ? "none"
        : format.state().stream().map(SavedModel::part).collect(Collectors.joining(", "));
  }

  private static String part(RowFormat.StatePart part) {
    return "%s (%d %s, initially %s)"
        .formatted(
            Quoted.of(part.name()),
            part.floats(),
            part.floats() == 1 ? "float" : "floats",
            part.start());
  }

  private void requireRoom(StoreSpec spec) {
    requireDim(spec.format());
    for (Table table : tables().tables()) {
      int position = spec.tables().find(table.name());
      require(
          position >= 0,
          "has a table " + Quoted.of(table.name()) + ", which the data does not have");
      int rows = spec.tables().get(position).rows();
      require(
          rows >= table.rows(),
          "has a table " + SavedRows.describe(table) + " rows; the data has only " + rows);
    }
  }

  private void require(boolean condition, String complaint) {
    if (!condition) {
      throw new FarsightException(path + ": the model " + complaint);
    }
  }

  /**
   * Reads the saved values of dense parameters.
   *
   * @throws FarsightException if a parameter is missing, or has another shape
   */
  public float[][] loadDense(List<DenseState.Parameter> parameters) {
    return parameters.stream().map(this::loadDense).toArray(float[][]::new);
  }

  private float[] loadDense(DenseState.Parameter parameter) {
    require(
        manifest.dense().contains(parameter.name()),
        "has no parameter "
            + Quoted.of(parameter.name())
            + (parameter.optimizerState() ? WEIGHTS_ONLY : ""));
    try (var npy = open("dense", parameter.name(), ".npy", NpyHeader.FLOAT32)) {
      npy.requireShape(parameter.shape().stream().map(Integer::longValue).toList());
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = npy.nextFloat();
      }
      npy.finish();
      return values;
    }
  }

  /**
   * Loads the saved rows, with their optimizer state, into a store of the same rows.
   *
   * @throws FarsightException if a file is missing or damaged; some rows may have been written then
   */
  public void loadRows(RowStore store) {
    requireReadable();
    for (int t = 0; t < tables().size(); t++) {
      loadRows(t, store, t, true);
    }
  }

  /**
   * Opens the saved rows to be read from their files, as float32 weights.
   *
   * @param verifies whether the weights are compared with their checksums, which reads them all;
   *     everything else is always compared
   * @throws FarsightException if a file is missing or damaged, or is not of a whole model
   */
  public MappedRows mapRows(boolean verifies) {
    requireComplete();
    return new RowMapping(this, verifies).open();
  }

  private void loadRows(int table, RowStore store, int targetTable, boolean withState) {
    Table saved = tables().get(table);
    try (var index = open("rows", saved.name(), ".index.npy", NpyHeader.INT32);
        var weight = open("rows", saved.name(), ".weight.npy", NpyHeader.FLOAT32);
        var state =
            withState ? open("rows", saved.name(), ".state.npy", NpyHeader.FLOAT32) : null) {
      long rows = index.shape().isEmpty() ? 0 : index.shape().get(0);
      index.requireShape(List.of(rows));
      weight.requireShape(List.of(rows, (long) format().dim()));
      if (withState) {
        state.requireShape(List.of(rows, (long) format().stateFloats()));
      }
      require(
          rows <= saved.rows(), "has " + rows + " rows of the table " + SavedRows.describe(saved));
      new SavedRows(saved, index, weight, state).load(rows, store, targetTable);
      index.finish();
      weight.finish();
      if (withState) {
        state.finish();
      }
    }
  }

  /** Receives the weights of saved rows. */
  @FunctionalInterface
  interface WeightSink {
    void row(int index, float[] weights);
  }

  /** The weights of a table's saved rows, ascending; the array is reused. */
  void weights(int table, WeightSink sink) {
    requireReadable();
    Table saved = tables().get(table);
    var row = new float[format().dim()];
    try (var weight = open("rows", saved.name(), ".weight.npy", NpyHeader.FLOAT32)) {
      indices(
          saved,
          ".index.npy",
          rows -> weight.requireShape(List.of(rows, (long) row.length)),
          index -> {
            for (int d = 0; d < row.length; d++) {
              row[d] = weight.nextFloat();
            }
            sink.row(index, row);
          });
      weight.finish();
    }
  }

  /** Indices of a table's rows that were written in the earlier state, and are not in this one. */
  void removed(int table, IntConsumer sink) {
    requireReadable();
    indices(tables().get(table), NpyFormat.REMOVED, rows -> {}, sink);
  }

  private void indices(Table saved, String suffix, LongConsumer count, IntConsumer sink) {
    try (var index = open("rows", saved.name(), suffix, NpyHeader.INT32)) {
      long rows = index.shape().isEmpty() ? 0 : index.shape().get(0);
      index.requireShape(List.of(rows));
      count.accept(rows);
      var indices = new SavedIndex(saved, index);
      for (long r = 0; r < rows; r++) {
        sink.accept(indices.next());
      }
      index.finish();
    }
  }

  ModelManifest manifest() {
    return manifest;
  }

  /** The file of a table or of a parameter. */
  Path file(String folder, String name, String suffix) {
    return manifest.sealed()
        ? path.resolve(folder).resolve(FileNames.of(name) + suffix)
        : FileNames.written(path.resolve(folder), name, suffix);
  }

  NpyReader open(String folder, String name, String suffix, String type) {
    Path file = file(folder, name, suffix);
    FileSeal seal = manifest.files().get(folder + "/" + file.getFileName());
    if (manifest.sealed() && seal == null) {
      throw new FarsightException(file + ": model.json has no checksum for it");
    }
    if (!Files.exists(file)) {
      throw new FarsightException(file + ": is missing" + AGAIN);
    }
    return NpyReader.open(file, type, seal);
  }
}
