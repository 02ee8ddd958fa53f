package dev.farsight.models.ctr;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * DCN v2 (Wang and others, 2021). x0 is the dense features followed by the pooled rows of all
 * features.
 *
 * <pre>
 * stacked:    x0 -> cross.0 .. cross.n -> deep.0 .. deep.m -> logit
 *
 * parallel:   x0 -> cross.0 .. cross.n -+
 *                                       +-> logit
 *             x0 -> deep.0 .. deep.m ---+
 * </pre>
 *
 * <p>Without hidden layers in the tower, both are the cross layers alone.
 *
 * @param dense whether the data has dense features
 * @param crossLayers at least 1
 * @param crossRank of the low-rank form; 0: full rank
 */
record Dcn(boolean dense, int crossLayers, int crossRank, Structure structure, Tower deep)
    implements Model {

  /** How the cross layers and the deep tower are combined. */
  enum Structure {
    STACKED,
    PARALLEL
  }

  @Override
  public Tensor logits(Tape tape) {
    Tensor rows = tape.embeddingBag();
    Tensor x0 = dense ? tape.concat(tape.dense(), rows) : rows;
    Tensor crossed = crossed(tape, x0);
    return tape.linear("logit", combined(tape, x0, crossed), 1, Activation.NONE);
  }

  private Tensor crossed(Tape tape, Tensor x0) {
    Tensor x = x0;
    for (int i = 0; i < crossLayers; i++) {
      x = tape.cross("cross." + i, x0, x, crossRank);
    }
    return x;
  }

  private Tensor combined(Tape tape, Tensor x0, Tensor crossed) {
    if (structure == Structure.STACKED || deep.widths().isEmpty()) {
      return deep.hidden(tape, crossed);
    }
    return tape.concat(crossed, deep.hidden(tape, x0));
  }
}
