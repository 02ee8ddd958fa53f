package dev.farsight.models.ctr;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * DeepFM (Guo and others, 2017): the sum of three logits.
 *
 * <pre>
 * first-order weights of the rows, dense features -> wide (linear) -+
 * vectors of the rows -> factorization machine, summed -------------+-> logit
 * vectors of the rows, dense features -> deep.0 .. deep.m ----------+
 * </pre>
 *
 * <p>Dense features have no vectors, so they take no part in the factorization machine.
 *
 * @param dense whether the data has dense features
 */
record DeepFm(boolean dense, Tower deep) implements Model {

  @Override
  public Tensor logits(Tape tape) {
    var rows = FirstOrderRows.record(tape, dense);
    Tensor secondOrder = tape.sum(tape.factorizationMachine(rows.vectors()));
    return tape.add(rows.firstOrder(), secondOrder, deep.logit(tape, rows.deepInput()));
  }
}
