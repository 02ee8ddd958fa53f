package dev.farsight.engine.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

  private final Path path;
  private final ModelManifest manifest;
  private final SavedFiles files;
  private final ModelFit fit;
  private final SavedDense savedDense;
  private final SavedTables savedTables;

  /**
   * @throws FarsightException if there is no model, or if {@code model.json} is damaged or of a
   *     format that this version does not read
   */
  public SavedModel(Path path) {
    this.path = path;
    manifest = ModelManifest.read(path);
    files = new SavedFiles(path, manifest);
    fit = new ModelFit(files);
    savedDense = new SavedDense(files);
    savedTables = new SavedTables(files);
    for (String folder : List.of("dense", "rows", FittedFolder.NAME)) {
      files.require(
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
    files.require(
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
    fit.requireSettings(farsight, components, trains);
  }

  /**
   * Checks that all weights are here, in files that are read here.
   *
   * @throws FarsightException if it is an export for other programs, or of some rows
   */
  public void requireComplete() {
    files.requireComplete();
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

  /**
   * Names and shapes of the saved dense parameters.
   *
   * @throws FarsightException if a file is missing or damaged
   */
  public List<DenseState.Parameter> parameters() {
    return savedDense.parameters();
  }

  /**
   * Reads the saved values of dense parameters.
   *
   * @throws FarsightException if a parameter is missing, or has another shape
   */
  public float[][] loadDense(List<DenseState.Parameter> parameters) {
    return savedDense.load(parameters);
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
    fit.requireSame(store.spec());
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
    fit.requireRoom(store.spec());
    write(dense, dense.parameters().stream().filter(p -> !p.optimizerState()).toList());
    for (int t = 0; t < tables().size(); t++) {
      int position = target.find(tables().get(t).name());
      if (position != t) {
        new MovedTable(initial(), t).copyTo(store, position);
      }
      savedTables.load(t, store, position, false);
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
    fit.requireSameWeights(store.spec(), "");
    if (withState && fit.hasState(dense, store.spec().format())) {
      load(dense, store);
    } else {
      loadWeights(dense, store);
    }
  }

  private void write(DenseState dense, List<DenseState.Parameter> parameters) {
    float[][] values = loadDense(parameters);
    for (int p = 0; p < values.length; p++) {
      dense.write(dense.parameters().indexOf(parameters.get(p)), values[p]);
    }
  }

  /**
   * Loads the saved rows, with their optimizer state, into a store of the same rows.
   *
   * @throws FarsightException if a file is missing or damaged; some rows may have been written then
   */
  public void loadRows(RowStore store) {
    savedTables.load(store);
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
    return new RowMapping(files, verifies).open();
  }

  ModelManifest manifest() {
    return manifest;
  }

  SavedTables tableRows() {
    return savedTables;
  }
}
