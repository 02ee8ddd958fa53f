package dev.farsight.engine.model;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.InitialRows;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.Precision;
import dev.farsight.api.table.RowWeights;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The weights that rows have before their first update, as float32, whatever the model's precision:
 * a weight that was rounded to 16 bits is that number. Safe for concurrent use; allocates for the
 * first row of a thread only.
 */
public final class InitialWeights {

  private final InitialRows rows;

  /** Null if the rows are float32. */
  private final ThreadLocal<Scratch> scratch;

  private final int dim;

  /** Working memory of a thread, for one row of 16 bits. */
  private static final class Scratch {
    private final FloatBuffer row;
    private final RowWeights reader;
    private final float[] weights;

    Scratch(RowFormat format) {
      row = FloatBuffer.allocate(format.words());
      reader = new RowWeights(format);
      weights = new float[format.dim()];
    }
  }

  /**
   * @param initial the rows of a model, whose optimizer state is left out
   */
  public InitialWeights(InitialRows initial) {
    Precision precision = initial.format().precision();
    dim = initial.format().dim();
    var format = new RowFormat(dim, precision, List.of());
    rows =
        new InitialRows(
            initial.tables(), format, initial.draws(), initial.seed(), initial.generation());
    scratch =
        precision == Precision.FP32 ? null : ThreadLocal.withInitial(() -> new Scratch(format));
  }

  /** The same rows with the format of {@link #format}. */
  public InitialRows asFloat32() {
    return new InitialRows(rows.tables(), format(), rows.draws(), rows.seed(), rows.generation());
  }

  /** Float32 weights without optimizer state. */
  public RowFormat format() {
    return RowFormat.fp32(dim, List.of());
  }

  /** Writes the weights of a row to a buffer of rows of {@link #format}. */
  public void fill(int table, int index, RowBuffer target, int targetRow) {
    if (scratch == null) {
      rows.fill(table, index, target.floats(targetRow), target.wordAt(targetRow));
      return;
    }
    Scratch own = scratch.get();
    rows.fill(table, index, own.row, 0);
    own.reader.get(own.row, 0, own.weights);
    target.floats(targetRow).put(target.wordAt(targetRow), own.weights);
  }
}
