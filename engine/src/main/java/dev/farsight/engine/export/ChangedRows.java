package dev.farsight.engine.export;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.TableSet;
import java.util.BitSet;

/** Rows whose weights or state differ in two stores, found by comparing all. A bit a row. */
final class ChangedRows {

  private static final int CHUNK = 16_384;

  private final TableSet tables;
  private final BitSet[] byTable;

  private ChangedRows(TableSet tables) {
    this.tables = tables;
    byTable = new BitSet[tables.size()];
    for (int t = 0; t < byTable.length; t++) {
      byTable[t] = new BitSet(tables.get(t).rows());
    }
  }

  static ChangedRows between(RowStore before, RowStore after) {
    if (!before.spec().tables().equals(after.spec().tables())
        || !before.spec().format().equals(after.spec().format())) {
      throw new FarsightException("the two have other tables or rows of another width");
    }
    var changed = new ChangedRows(after.spec().tables());
    changed.compare(before, after);
    return changed;
  }

  private void compare(RowStore before, RowStore after) {
    int bytes = after.spec().format().bytes();
    var old = RowBuffer.allocate(after.spec().format(), CHUNK, HostBuffers.plain());
    var now = RowBuffer.allocate(after.spec().format(), CHUNK, HostBuffers.plain());
    var ids = new long[CHUNK];
    int count = 0;
    for (long row = 0; row < tables.rows(); row++) {
      if (before.written(row) || after.written(row)) {
        ids[count++] = row;
      }
      if (count == CHUNK || (row == tables.rows() - 1 && count > 0)) {
        before.read(ids, 0, count, old, 0);
        after.read(ids, 0, count, now, 0);
        for (int i = 0; i < count; i++) {
          var a = old.bytes().slice(old.byteAt(i), bytes);
          var b = now.bytes().slice(now.byteAt(i), bytes);
          if (a.mismatch(b) >= 0) {
            add(ids[i]);
          }
        }
        count = 0;
      }
    }
  }

  private void add(long row) {
    int table = tables.tableOf(row);
    byTable[table].set(tables.indexOf(table, row));
  }

  boolean contains(long row) {
    int table = tables.tableOf(row);
    return byTable[table].get(tables.indexOf(table, row));
  }
}
