package dev.farsight.engine.model;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.export.ExportedModel;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.store.RowReader;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowBits;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A model with given dense parameters and selected rows of a store. Reads the store in chunks of
 * 16,384 rows.
 */
public final class StoredModel implements ExportedModel {

  private static final int CHUNK_ROWS = 16_384;

  private final List<DenseState.Parameter> parameters;
  private final float[][] values;
  private final StoreSpec spec;
  private final RowBits selected;
  private final RowSource source;
  private final Selection selection;
  private final ModelFacts facts;
  private RowBits removed;
  private Map<String, Object> since = Map.of();

  /** Reads rows. */
  @FunctionalInterface
  interface RowSource {
    void read(long[] rows, int count, RowBuffer target);
  }

  StoredModel(
      List<DenseState.Parameter> parameters,
      float[][] values,
      StoreSpec spec,
      RowBits selected,
      RowSource source,
      Selection selection,
      ModelFacts facts) {
    this.parameters = List.copyOf(parameters);
    this.values = values;
    this.spec = spec;
    this.selected = selected;
    this.source = source;
    this.selection = selection;
    this.facts = facts;
  }

  /**
   * @param selected the rows of the model, by row id
   * @param selection what rows these are
   */
  public StoredModel(
      List<DenseState.Parameter> parameters,
      float[][] values,
      RowReader rows,
      RowBits selected,
      Selection selection,
      ModelFacts facts) {
    this(
        parameters,
        values,
        rows.spec(),
        selected,
        (ids, count, target) -> rows.read(ids, 0, count, target, 0).await(),
        selection,
        facts);
  }

  /**
   * Makes this the rows that differ from an earlier state.
   *
   * @param removedRows the rows that were written there, and are not here
   * @param training {@link ModelFacts#training} of the earlier state
   */
  public StoredModel since(RowBits removedRows, Map<String, Object> training) {
    removed = removedRows;
    since = training;
    return this;
  }

  /** Every row of a store. */
  public static RowBits allRows(RowReader rows) {
    long rowCount = rows.spec().tables().rows();
    var all = new RowBits(rowCount);
    for (long row = 0; row < rowCount; row += Long.SIZE) {
      all.addWord(row, RowBits.mask(row, 0, rowCount));
    }
    return all;
  }

  /** The rows of a store that were ever written. */
  public static RowBits writtenRows(RowReader rows) {
    long rowCount = rows.spec().tables().rows();
    var written = new RowBits(rowCount);
    rows.written(0, rowCount, written);
    return written;
  }

  @Override
  public TableSet tables() {
    return spec.tables();
  }

  @Override
  public RowFormat format() {
    return spec.format();
  }

  @Override
  public InitialRows initial() {
    return spec.initial();
  }

  @Override
  public long rowUpdates() {
    return facts.updates().rows();
  }

  @Override
  public long denseUpdates() {
    return facts.updates().dense();
  }

  @Override
  public Selection selection() {
    return selection;
  }

  @Override
  public Map<String, Object> description() {
    Map<String, Object> json = facts.json();
    if (selection == Selection.CHANGED) {
      json.put(ModelManifest.SINCE, since);
    }
    return json;
  }

  @Override
  public int[] removedRows(int table) {
    if (removed == null) {
      return new int[0];
    }
    long end = tables().offset(table + 1);
    var indices = new int[(int) removed.count(tables().offset(table), end)];
    long row = removed.next(tables().offset(table));
    for (int i = 0; i < indices.length; i++, row = removed.next(row + 1)) {
      indices[i] = tables().indexOf(table, row);
    }
    return indices;
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
  public void saveFitted(Path folder) throws IOException {
    facts.fitted().save(folder);
  }

  @Override
  public int rows(int table) {
    return (int) selected.count(tables().offset(table), tables().offset(table + 1));
  }

  @Override
  public void forEachRow(int table, RowSink sink) throws IOException {
    var ids = new long[Math.min(CHUNK_ROWS, tables().get(table).rows())];
    var buffer = RowBuffer.allocate(format(), ids.length, HostBuffers.plain());
    var exported = new ExportedRow(format());
    long end = tables().offset(table + 1);
    long row = selected.next(tables().offset(table));
    while (row >= 0 && row < end) {
      int count = 0;
      for (; row >= 0 && row < end && count < ids.length; row = selected.next(row + 1)) {
        ids[count++] = row;
      }
      source.read(ids, count, buffer);
      for (int r = 0; r < count; r++) {
        exported.take(buffer.floats(r), buffer.wordAt(r));
        sink.row(tables().indexOf(table, ids[r]), exported.values, 0);
      }
    }
  }

  /** A row as it is exported: weights as float32, then state. */
  private static final class ExportedRow {

    private final RowWeights rows;
    private final int stateWord;
    private final float[] weights;
    private final float[] state;
    private final FloatBuffer values;

    ExportedRow(RowFormat format) {
      rows = new RowWeights(format);
      stateWord = format.stateWord();
      weights = new float[format.dim()];
      state = new float[format.stateFloats()];
      values = FloatBuffer.allocate(weights.length + state.length);
    }

    void take(FloatBuffer stored, int rowWord) {
      rows.get(stored, rowWord, weights);
      stored.get(rowWord + stateWord, state);
      values.put(0, weights).put(weights.length, state);
    }
  }
}
