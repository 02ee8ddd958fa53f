package dev.farsight.engine.predict;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.checkpoint.VersionGoneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Loads the newest version of a run, from the rows of the version before it where deltas lead
 * there. Rows are in memory. One thread at a time.
 */
final class RunFollower implements AutoCloseable {

  private final Path checkpoints;
  private final FollowedRun run;
  private final ModelLoader loader;
  private ModelShape shape;

  private RunState state;

  /** The version loaded last; null before the first one. */
  private RunVersion loaded;

  private ModelVersion last;

  /** Its rows. */
  private PackedRows rows;

  RunFollower(Path checkpoints, ModelLoader loader) {
    this.checkpoints = checkpoints;
    this.loader = loader;
    run = new FollowedRun(checkpoints);
  }

  /** The state of the version loaded last. */
  SavedState state() {
    return state;
  }

  /** The model of the run, once a version was loaded. */
  ModelShape shape() {
    return shape;
  }

  /**
   * Loads the newest version; empty if that is loaded already, or if there is none yet.
   *
   * @throws FarsightException if it is damaged, or is of another model; what was loaded stays
   */
  Optional<ModelVersion> next() {
    while (true) {
      OptionalLong newest = run.newestStep();
      if (newest.isEmpty() || (loaded != null && newest.getAsLong() == loaded.step())) {
        return Optional.empty();
      }
      try {
        return run.newest().map(this::load);
      } catch (VersionGoneException e) {
        // The run went on meanwhile, and has a newer one.
      }
    }
  }

  private ModelVersion load(RunVersion version) {
    var newState = new RunState(checkpoints, version);
    ModelShape newShape = loader.shape(newState);
    if (shape == null) {
      shape = newShape;
    } else if (!newShape.schema().equals(shape.schema())) {
      throw new FarsightException(
          checkpoints
              + ": a run of another model has begun, with other features or tables; serve it anew");
    }
    PackedRows newRows;
    ModelVersion model;
    if (loaded != null && version.obstacle(loaded).isEmpty()) {
      newRows = newState.rows(loaded, rows);
      model = version(newState, newRows);
      model.lossOf(last);
    } else if (loader.packing(newState.initial()).loses(newState.initial().format().precision())) {
      try (PackedRows exact = newState.rows(RowPacking.FP32)) {
        newRows = loader.pack(newState, exact);
        model = version(newState, newRows);
        model.compareWith(exact, newRows.packing());
      }
    } else {
      newRows = newState.rows(loader.packing(newState.initial()));
      model = version(newState, newRows);
    }
    close();
    rows = newRows;
    state = newState;
    loaded = version;
    last = model;
    return model;
  }

  private ModelVersion version(RunState state, PackedRows newRows) {
    try {
      return loader.version(state, shape, newRows.share());
    } catch (RuntimeException | Error e) {
      newRows.close();
      throw e;
    }
  }

  /** Gives back the rows; versions that were loaded keep theirs. */
  @Override
  public void close() {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }
}
