package org.example.crossfm;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * Cross layers beside a factorization machine: the sum of three logits.
 *
 * <pre>
 * first-order weights of the rows -----------------------------------------+
 * vectors of the rows -> factorization machine, summed --------------------+-> logit
 * vectors of the rows, dense features -> cross.0 .. cross.n -> top (linear) +
 * </pre>
 *
 * <p>The last weight of a row is its first-order weight, the others are its vector.
 *
 * @param dense whether the data has dense features
 * @param crossLayers at least 1
 * @param crossRank of the low-rank form; 0: full rank
 */
record CrossFm(boolean dense, int crossLayers, int crossRank) implements Model {

  @Override
  public Tensor logits(Tape tape) {
    Tensor rows = tape.embeddingBag();
    Tensor vectors = tape.slice(rows, 0, rows.width() - 1);
    Tensor firstOrder = tape.sum(tape.slice(rows, rows.width() - 1, 1));
    Tensor secondOrder = tape.sum(tape.factorizationMachine(vectors));

    Tensor x0 = dense ? tape.concat(vectors, tape.dense()) : vectors;
    Tensor x = x0;
    for (int i = 0; i < crossLayers; i++) {
      x = tape.cross("cross." + i, x0, x, crossRank);
    }
    Tensor crossed = tape.linear("top", x, 1, Activation.NONE);
    return tape.add(firstOrder, secondOrder, crossed);
  }
}
