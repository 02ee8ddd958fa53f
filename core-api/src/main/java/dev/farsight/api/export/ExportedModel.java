package dev.farsight.api.export;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The weights to export: dense parameters and the rows of every table. The rows may be larger than
 * memory.
 */
public interface ExportedModel {

  TableSet tables();

  /** How the rows were stored. What is exported has float32 weights, whatever their precision. */
  RowFormat format();

  /** The values of rows that were never written. */
  InitialRows initial();

  /** Which rows are exported. */
  enum Selection {
    /** All that were ever written; those left out have their {@linkplain #initial} values. */
    WRITTEN,
    /** Every row of every table. */
    ALL,
    /**
     * Those written that differ from an earlier state; those left out have the values that they had
     * there, or are {@linkplain #removedRows removed}, or are written in neither.
     */
    CHANGED
  }

  /** Which rows are exported. */
  default Selection selection() {
    return Selection.WRITTEN;
  }

  /**
   * What predictions depend on beside the weights, as {@code model.json} has it: settings, features
   * and the tape, and what is known of the training. Empty for models of earlier versions.
   */
  default Map<String, Object> description() {
    return Map.of();
  }

  /** How many updates the optimizer state of the rows has seen: Adam's t. */
  long rowUpdates();

  /** As {@link #rowUpdates}, for the dense parameters. */
  long denseUpdates();

  /** Dense parameters and the state of their optimizer. */
  List<DenseState.Parameter> parameters();

  /** A parameter's values, row-major, by the parameter's position. */
  float[] values(int parameter);

  /** How many rows of a table are exported. */
  int rows(int table);

  /**
   * Of rows {@link Selection#CHANGED}: the indices, ascending, of rows that were written in the
   * earlier state and are not in this one, because all rows were drawn anew. They have their
   * {@linkplain #initial} values now.
   */
  default int[] removedRows(int table) {
    return new int[0];
  }

  /** Passes those rows to {@code sink}, in ascending order of index. */
  void forEachRow(int table, RowSink sink) throws IOException;

  /**
   * Writes what the data of the model was found to be like, as {@link
   * dev.farsight.api.data.DataSource#saveFitted} does.
   *
   * @param folder an empty folder; files are written into it, no folders
   */
  default void saveFitted(Path folder) throws IOException {}

  /** Receives rows, one after the other. */
  @FunctionalInterface
  interface RowSink {

    /**
     * @param index the index of the row in its table
     * @param values holds the row's weights as float32, then its state; valid until this call
     *     returns
     * @param firstWord the position in {@code values} at which the row begins, in 4-byte words
     */
    void row(int index, FloatBuffer values, int firstWord) throws IOException;
  }
}
