package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/** The rows of a {@link SavedModel}, table by table. */
record SavedTables(SavedFiles files) {

  /**
   * Loads the saved rows, with their optimizer state, into a store of the same rows.
   *
   * @throws FarsightException if a file is missing or damaged; some rows may have been written then
   */
  void load(RowStore store) {
    files.requireReadable();
    for (int t = 0; t < tables().size(); t++) {
      load(t, store, t, true);
    }
  }

  /**
   * Loads the saved rows of a table.
   *
   * @param targetTable its position in the store
   * @param withState whether their optimizer state is loaded too
   */
  void load(int table, RowStore store, int targetTable, boolean withState) {
    Table saved = tables().get(table);
    try (var index = open(saved.name(), ".index.npy", NpyHeader.INT32);
        var weight = open(saved.name(), ".weight.npy", NpyHeader.FLOAT32);
        var state = withState ? open(saved.name(), ".state.npy", NpyHeader.FLOAT32) : null) {
      long rows = index.shape().isEmpty() ? 0 : index.shape().get(0);
      index.requireShape(List.of(rows));
      weight.requireShape(List.of(rows, (long) format().dim()));
      if (withState) {
        state.requireShape(List.of(rows, (long) format().stateFloats()));
      }
      files.require(
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
    files.requireReadable();
    Table saved = tables().get(table);
    var row = new float[format().dim()];
    try (var weight = open(saved.name(), ".weight.npy", NpyHeader.FLOAT32)) {
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
    files.requireReadable();
    indices(tables().get(table), NpyFormat.REMOVED, rows -> {}, sink);
  }

  private void indices(Table saved, String suffix, LongConsumer count, IntConsumer sink) {
    try (var index = open(saved.name(), suffix, NpyHeader.INT32)) {
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

  private NpyReader open(String name, String suffix, String type) {
    return files.open("rows", name, suffix, type);
  }

  private TableSet tables() {
    return files.manifest().initial().tables();
  }

  private RowFormat format() {
    return files.manifest().initial().format();
  }
}
