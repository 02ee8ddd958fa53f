package dev.farsight.engine.model;

import dev.farsight.api.internal.npy.NpyHeader;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;

/** Opens the row files of a saved model as {@link MappedRows}. O(saved rows), table by table. */
final class RowMapping {

  private static final String FOLDER = "rows";
  private static final String WEIGHT = ".weight.npy";

  private final SavedFiles files;
  private final boolean verifies;
  private final InitialRows initial;
  private final RowBits saved;

  RowMapping(SavedFiles files, boolean verifies) {
    this.files = files;
    this.verifies = verifies;
    initial = files.manifest().initial();
    saved = new RowBits(initial.tables().rows());
  }

  MappedRows open() {
    TableSet tables = initial.tables();
    var weights = new MappedWeights[tables.size()];
    for (int t = 0; t < weights.length; t++) {
      check(t);
      weights[t] =
          new MappedWeights(
              files.file(FOLDER, tables.get(t).name(), WEIGHT), initial.format().dim());
    }
    return new MappedRows(initial, new RowRanks(saved, tables.rows()), weights);
  }

  /** Checks the files of a table, and notes which rows they have. */
  private void check(int t) {
    Table table = initial.tables().get(t);
    try (var index = files.open(FOLDER, table.name(), ".index.npy", NpyHeader.INT32);
        var weight = files.open(FOLDER, table.name(), WEIGHT, NpyHeader.FLOAT32)) {
      long rows = index.shape().isEmpty() ? 0 : index.shape().get(0);
      index.requireShape(List.of(rows));
      weight.requireShape(List.of(rows, (long) initial.format().dim()));
      var indices = new SavedIndex(table, index);
      long firstRow = initial.tables().offset(t);
      for (long r = 0; r < rows; r++) {
        saved.add(firstRow + indices.next());
      }
      index.finish();
      if (verifies) {
        weight.skipRest();
        weight.finish();
      }
    }
  }
}
