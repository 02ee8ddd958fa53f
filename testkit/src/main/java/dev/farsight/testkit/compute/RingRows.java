package dev.farsight.testkit.compute;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowWeights;
import java.util.Arrays;

/** Rows in a ring as arrays of floats: weights, then state, whatever the precision of weights. */
final class RingRows {

  private final RowFormat format;
  private final RowWeights weights;

  RingRows(RowFormat format) {
    this.format = format;
    this.weights = new RowWeights(format);
  }

  /** Floats of a row. */
  int floats() {
    return format.dim() + format.stateFloats();
  }

  void put(RowBuffer ring, int ringRow, float[] row) {
    int dim = format.dim();
    int word = ring.wordAt(ringRow);
    weights.putNearest(ring.floats(ringRow), word, Arrays.copyOf(row, dim));
    ring.floats(ringRow).put(word + format.stateWord(), row, dim, row.length - dim);
  }

  float[] get(RowBuffer ring, int ringRow) {
    int dim = format.dim();
    int word = ring.wordAt(ringRow);
    var values = new float[dim];
    weights.get(ring.floats(ringRow), word, values);
    float[] row = Arrays.copyOf(values, floats());
    ring.floats(ringRow).get(word + format.stateWord(), row, dim, row.length - dim);
    return row;
  }
}
