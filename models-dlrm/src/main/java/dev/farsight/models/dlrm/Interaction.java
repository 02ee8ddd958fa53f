package dev.farsight.models.dlrm;

import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/** What the top MLP reads of the bottom output and the rows. */
@FunctionalInterface
interface Interaction {

  /** The dot products of all pairs of vectors. */
  Interaction DOT = Tape::pairwise;

  /**
   * @param bottom the output of the bottom MLP, as wide as a row
   * @param rows the pooled rows of all features
   */
  Tensor of(Tape tape, Tensor bottom, Tensor rows);

  /**
   * Cross layers of DCN v2 over the bottom output followed by the rows: {@code cross.0}, {@code
   * cross.1} and so on.
   *
   * @param layers at least 1
   * @param rank of the low-rank form; 0: full rank
   */
  record Cross(int layers, int rank) implements Interaction {

    @Override
    public Tensor of(Tape tape, Tensor bottom, Tensor rows) {
      Tensor x0 = tape.concat(bottom, rows);
      Tensor x = x0;
      for (int i = 0; i < layers; i++) {
        x = tape.cross("cross." + i, x0, x, rank);
      }
      return x;
    }
  }
}
