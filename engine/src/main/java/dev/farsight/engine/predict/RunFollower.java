package dev.farsight.engine.predict;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.checkpoint.VersionGoneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the newest version of a run, from the rows of the version before it where deltas lead
 * there. Rows are in memory. One thread at a time.
 */
final class RunFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);

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

  private volatile long fullLoads;

  RunFollower(Path checkpoints, ModelLoader loader) {
    this.checkpoints = checkpoints;
    this.loader = loader;
    run = new FollowedRun(checkpoints);
  }

  /** The state of the version loaded last. */
  SavedState state() {
    return state;
  }

  /** How often all rows were loaded, those of the first version included. */
  long fullLoads() {
    return fullLoads;
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
    PackedRows newRows = loaded == null ? null : advanced(version, newState);
    boolean full = newRows == null;
    ModelVersion model;
    if (!full) {
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
    fullLoads = full ? fullLoads + 1 : fullLoads;
    return model;
  }

  /** The rows of a version from those that are loaded; null if it has to be loaded in full. */
  private PackedRows advanced(RunVersion version, RunState newState) {
    Optional<String> obstacle = version.obstacle(loaded);
    if (obstacle.isPresent()) {
      LOG.warn("{}", obstacle.get());
      return null;
    }
    try {
      return newState.rows(loaded, rows);
    } catch (VersionGoneException e) {
      throw e;
    } catch (FarsightException e) {
      // The file may be older than the base of the version.
      LOG.warn("{}; this version is loaded in full, if it can be", e.getMessage());
      return null;
    }
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
