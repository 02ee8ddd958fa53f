package dev.farsight.engine.predict;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Closing;
import dev.farsight.engine.checkpoint.FollowedRun;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.checkpoint.VersionGoneException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the newest version of a run, from the rows of the version before it where deltas lead
 * there. Rows are in memory. One thread at a time; any thread may close it.
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

  /** Null before the first version is loaded, and once this is closed. */
  private WarmUp warmUp;

  private boolean closed;

  /** Read by other threads while a version is being loaded. */
  private final AtomicLong fullLoads = new AtomicLong();

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
    return fullLoads.get();
  }

  /** The model of the run, once a version was loaded. */
  ModelShape shape() {
    return shape;
  }

  /**
   * Loads the newest version and warms it; empty if that is loaded already, or if there is none
   * yet.
   *
   * @throws FarsightException if it is damaged, or is of another model; what was loaded stays
   */
  synchronized Optional<ModelVersion> next() {
    if (closed) {
      throw new IllegalStateException("the predictor is closed");
    }
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
    PackedRows changed = loaded == null ? null : advanced(version, newState);
    if (changed == null) {
      return loadInFull(newState);
    }
    return goOn(newState, changed, model -> model.lossOf(last));
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

  private ModelVersion loadInFull(RunState newState) {
    RowPacking packing = loader.packing(newState.initial());
    ModelVersion model;
    if (packing.loses(newState.initial().format().precision())) {
      try (PackedRows exact = newState.rows(RowPacking.FP32)) {
        PackedRows packed = loader.pack(newState, exact);
        model =
            goOn(
                newState,
                packed,
                lossy -> {
                  lossy.compareWith(exact, packing);
                  drawWarmUp(lossy);
                });
      }
    } else {
      model = goOn(newState, newState.rows(packing), this::drawWarmUp);
    }
    fullLoads.incrementAndGet();
    return model;
  }

  private void drawWarmUp(ModelVersion model) {
    if (warmUp == null) {
      warmUp = new WarmUp(shape);
    }
    warmUp.draw(model.rows(), model.number());
  }

  /**
   * Makes a version of its rows, warms it and goes on to it. If that fails, frees it; what was
   * loaded stays.
   *
   * @param newRows owned by this object from now on
   * @param prepare what to do before the version is warmed
   */
  private ModelVersion goOn(RunState newState, PackedRows newRows, Consumer<ModelVersion> prepare) {
    ModelVersion model = null;
    try {
      model = loader.version(newState, shape, newRows.share());
      prepare.accept(model);
      warmUp.run(model);
    } catch (RuntimeException | Error e) {
      Closing.after(e, model == null ? () -> {} : model::retire, newRows);
      throw e;
    }
    if (rows != null) {
      rows.close();
    }
    rows = newRows;
    state = newState;
    loaded = newState.version();
    last = model;
    return model;
  }

  /**
   * Gives back the rows; versions that were loaded keep theirs. Waits for a version that is being
   * loaded.
   */
  @Override
  public synchronized void close() {
    closed = true;
    if (rows != null) {
      rows.close();
      rows = null;
    }
    if (warmUp != null) {
      warmUp.close();
      warmUp = null;
    }
  }
}
