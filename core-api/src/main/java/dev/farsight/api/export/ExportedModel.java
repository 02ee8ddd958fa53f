package dev.farsight.api.export;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.TableSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;

/** Weights to write: dense parameters, and rows of every table, larger than memory perhaps. */
public interface ExportedModel {

  TableSet tables();

  RowFormat format();

  /** Draws the initial values of the rows that are left out. */
  long seed();

  /** How often all rows had been drawn anew: the generation of those values. */
  int generation();

  /** Dense parameters and the state of their optimizer. */
  List<DenseState.Parameter> parameters();

  /** A parameter's values, by its position. */
  float[] values(int parameter);

  /** How many rows of a table there are to write. */
  int rows(int table);

  /** Goes through those rows, in ascending order of index. */
  void forEachRow(int table, RowSink sink) throws IOException;

  /** Takes rows, one after the other. */
  @FunctionalInterface
  interface RowSink {

    /**
     * @param index of the row in its table
     * @param values holds the row's weights and then its state, until this returns
     * @param firstWord where they begin, in 4-byte words
     */
    void row(int index, FloatBuffer values, int firstWord) throws IOException;
  }
}
