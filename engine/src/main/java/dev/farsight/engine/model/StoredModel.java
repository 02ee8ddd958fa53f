package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.util.List;
import java.util.function.LongPredicate;

/** Given dense parameters, and some of the rows of a store. Reads the store in chunks. */
public final class StoredModel implements ExportedModel {

  private static final int CHUNK = 16_384;

  private final List<DenseState.Parameter> parameters;
  private final float[][] values;
  private final RowStore store;
  private final LongPredicate wanted;
  private final RowReader reader;
  private final long seed;

  /** Where rows come from. */
  @FunctionalInterface
  interface RowReader {
    void read(long[] rows, int from, int count, RowBuffer into, int at);
  }

  StoredModel(
      List<DenseState.Parameter> parameters,
      float[][] values,
      RowStore store,
      LongPredicate wanted,
      RowReader reader,
      long seed) {
    this.parameters = List.copyOf(parameters);
    this.values = values;
    this.store = store;
    this.wanted = wanted;
    this.reader = reader;
    this.seed = seed;
  }

  /**
   * @param wanted which rows to give, by row id
   */
  public StoredModel(
      List<DenseState.Parameter> parameters,
      float[][] values,
      RowStore store,
      LongPredicate wanted,
      long seed) {
    this(parameters, values, store, wanted, store::read, seed);
  }

  @Override
  public TableSet tables() {
    return store.spec().tables();
  }

  @Override
  public RowFormat format() {
    return store.spec().format();
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public List<DenseState.Parameter> parameters() {
    return parameters;
  }

  @Override
  public float[] values(int parameter) {
    return values[parameter];
  }

  @Override
  public int rows(int table) {
    int count = 0;
    for (long row = tables().offset(table); row < tables().offset(table + 1); row++) {
      count += wanted.test(row) ? 1 : 0;
    }
    return count;
  }

  @Override
  public void forEachRow(int table, RowSink sink) throws IOException {
    var ids = new long[Math.min(CHUNK, tables().get(table).rows())];
    var buffer = RowBuffer.allocate(format(), ids.length, HostBuffers.plain());
    long end = tables().offset(table + 1);
    int count = 0;
    for (long row = tables().offset(table); row < end; row++) {
      if (wanted.test(row)) {
        ids[count++] = row;
      }
      if (count == ids.length || (row == end - 1 && count > 0)) {
        reader.read(ids, 0, count, buffer, 0);
        for (int r = 0; r < count; r++) {
          sink.row(tables().indexOf(table, ids[r]), buffer.floats(), buffer.wordAt(r));
        }
        count = 0;
      }
    }
  }
}
