package dev.farsight.engine.predict;

import com.typesafe.config.Config;
import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.model.ModelDescription;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.model.SavedModel;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A saved state that predictions can be made from: the folder of a model, or a checkpoint. */
interface SavedState {

  /**
   * Opens the folder of a model, a checkpoint, or a folder of checkpoints, whose last one is taken.
   *
   * @throws FarsightException if it is none of these, or damaged
   */
  static SavedState of(Path path) {
    return Files.exists(path.resolve("model.json"))
        ? new ModelState(path, new SavedModel(path))
        : new CheckpointState(CheckpointReader.list(path));
  }

  /** The folder of the model or of the checkpoint. */
  Path path();

  /** Steps that were trained. */
  long steps();

  /** The rows as they were before training. */
  InitialRows initial();

  ModelFacts facts();

  /**
   * The folder with what the training data was found to be like; empty if there is none.
   *
   * @throws FarsightException if one of its files is missing or damaged
   */
  Optional<Path> fitted();

  DenseValues dense();

  /**
   * Opens the rows for reading, with float32 weights and without optimizer state.
   *
   * @param verifies whether everything is compared with its checksum
   */
  RowReader rows(Components components, boolean verifies);

  /**
   * What predictions depend on beside the weights.
   *
   * @throws FarsightException if an earlier version saved the state, which did not record it
   */
  default ModelDescription description() {
    return facts()
        .description()
        .orElseThrow(
            () ->
                new FarsightException(
                    path()
                        + ": was saved by an earlier version, which did not record its settings: evaluate it with its configuration file, which saves nothing, or train and save it again"));
  }

  /** The settings that the state records. */
  default FarsightConfig configuration() {
    Config settings = description().settings();
    return FarsightConfig.ofSection(path().toString(), settings);
  }
}
