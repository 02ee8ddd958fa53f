package dev.farsight.engine.predict;

import dev.farsight.api.store.RowReader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.engine.checkpoint.DenseValues;
import dev.farsight.engine.checkpoint.RunVersion;
import dev.farsight.engine.model.ModelFacts;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A version of a run that is followed.
 *
 * @param path the folder of the run's checkpoints
 */
record RunState(Path path, RunVersion version) implements SavedState {

  @Override
  public long steps() {
    return version.step();
  }

  @Override
  public InitialRows initial() {
    return version.initial();
  }

  @Override
  public ModelFacts facts() {
    return version.facts();
  }

  @Override
  public Optional<Path> fitted() {
    return version.fitted();
  }

  @Override
  public DenseValues dense() {
    return version.dense();
  }

  /** Loads all rows into memory; the files of a run that goes on may be deleted. */
  @Override
  public RowReader rows(Components components, boolean verifies) {
    return rows(RowPacking.FP32);
  }

  /** Loads all rows into memory. */
  PackedRows rows(RowPacking packing) {
    var builder = new PackedRowsBuilder(new DrawnRows(initial()), packing, version.rows());
    try {
      version.load(
          (table, index, weights) -> builder.add(initial().tables().rowId(table, index), weights));
      return builder.build();
    } catch (RuntimeException | Error e) {
      builder.close();
      throw e;
    }
  }

  /**
   * The rows of this version, from those of an earlier one that leads to it.
   *
   * @param earlier closed by the caller; what it has is shared
   */
  PackedRows rows(RunVersion from, PackedRows earlier) {
    var builder =
        new PackedRowsBuilder(earlier.share(), earlier.packing(), version.rowsChangedSince(from));
    PackedRows changed;
    try {
      version.advance(
          from,
          (table, index, weights) -> builder.add(initial().tables().rowId(table, index), weights));
      changed = builder.build();
    } catch (RuntimeException | Error e) {
      builder.close();
      throw e;
    }
    try (changed) {
      return LayerMerge.of(changed);
    }
  }
}
