package dev.farsight.engine.predict;

import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.CheckpointReader;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.export.RecordedRows;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint. Its rows are read from its files, and from the run's store if that persists;
 * nothing is copied. The run must not be training meanwhile, unless its store is one that forgets.
 */
record CheckpointState(CheckpointReader checkpoint, CheckpointReader.Info info, ModelFacts facts)
    implements SavedState {

  /**
   * @param checkpoints oldest first; the last one is taken
   */
  CheckpointState(List<CheckpointReader> checkpoints) {
    this(checkpoints.get(checkpoints.size() - 1));
  }

  private CheckpointState(CheckpointReader checkpoint) {
    this(checkpoint, checkpoint.info(), checkpoint.facts());
  }

  @Override
  public Path path() {
    return checkpoint.path();
  }

  @Override
  public long steps() {
    return checkpoint.step();
  }

  @Override
  public Optional<Path> fitted() {
    return checkpoint.fitted();
  }

  @Override
  public InitialRows initial() {
    return info.initial();
  }

  @Override
  public DenseValues dense() {
    return checkpoint.dense();
  }

  @Override
  public RowReader rows(Components components, boolean verifies) {
    // The checkpoint's files are always compared with their checksums, as they are indexed.
    RowReader below = RecordedRows.below(checkpoint, components);
    try {
      return new WeightsOnly(checkpoint.rows(below), below);
    } catch (RuntimeException | Error e) {
      below.close();
      throw e;
    }
  }
}
