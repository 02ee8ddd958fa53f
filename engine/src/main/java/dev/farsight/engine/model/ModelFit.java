package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.plugin.Components;
import java.util.List;
import java.util.stream.Collectors;

/** Whether a {@link SavedModel} fits what it is to be used with; messages say what differs. */
record ModelFit(SavedFiles files) {

  static final String WEIGHTS_ONLY = "; set model.load-state = false to load its weights only";

  /** See {@link SavedModel#requireSettings}. */
  void requireSettings(Settings farsight, Components components, boolean trains) {
    boolean weightsOnly = trains && !farsight.section("model").bool("load-state");
    SettingDifferences differences =
        files
            .manifest()
            .description()
            .map(model -> SettingDifferences.of(model.settings(), farsight, components))
            .orElse(SettingDifferences.NONE);
    List<String> refused = weightsOnly ? differences.ofWeights() : differences.all();
    if (!refused.isEmpty()) {
      throw new ConfigException(
          files.path()
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

  /** Checks that a store has the rows of the model, with their optimizer state. */
  void requireSame(StoreSpec spec) {
    RowFormat format = spec.format();
    requireSameWeights(spec, WEIGHTS_ONLY);
    files.require(
        format().state().equals(format.state()),
        "has the optimizer state "
            + state(format())
            + " in its rows, not "
            + state(format)
            + "; set optimizer.type to what it was trained with, or model.load-state = false to load its weights only");
  }

  /**
   * Checks that a store has the rows of the model; their optimizer state may differ.
   *
   * @param advice ends the message
   */
  void requireSameWeights(StoreSpec spec, String advice) {
    RowFormat format = spec.format();
    requireDim(format);
    files.require(
        format().precision() == format.precision(),
        "has "
            + format().precision().configName()
            + " rows, not "
            + format.precision().configName()
            + " (model.row-precision)"
            + advice);
    String difference = tables().differenceTo(spec.tables()).orElse(null);
    files.require(difference == null, "has " + difference + advice);
  }

  private void requireDim(RowFormat format) {
    files.require(
        format().dim() == format.dim(),
        "has rows of " + format().dim() + " weights, not " + format.dim());
  }

  private static String state(RowFormat format) {
    return format.state().isEmpty()
        ? "none"
        : format.state().stream().map(ModelFit::part).collect(Collectors.joining(", "));
  }

  private static String part(RowFormat.StatePart part) {
    return "%s (%d %s, initially %s)"
        .formatted(
            Quoted.of(part.name()),
            part.floats(),
            part.floats() == 1 ? "float" : "floats",
            part.start());
  }

  /** Checks that a store has the tables of the model, with as many rows or more. */
  void requireRoom(StoreSpec spec) {
    requireDim(spec.format());
    for (Table table : tables().tables()) {
      int position = spec.tables().find(table.name());
      files.require(
          position >= 0,
          "has a table " + Quoted.of(table.name()) + ", which the data does not have");
      int rows = spec.tables().get(position).rows();
      files.require(
          rows >= table.rows(),
          "has a table " + SavedRows.describe(table) + " rows; the data has only " + rows);
    }
  }

  /** Whether the model has the optimizer state that is wanted. */
  boolean hasState(DenseState dense, RowFormat format) {
    return format().state().equals(format.state())
        && dense.parameters().stream()
            .allMatch(p -> !p.optimizerState() || files.manifest().dense().contains(p.name()));
  }

  private TableSet tables() {
    return files.manifest().initial().tables();
  }

  private RowFormat format() {
    return files.manifest().initial().format();
  }
}
