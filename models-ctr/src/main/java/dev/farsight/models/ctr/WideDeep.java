package dev.farsight.models.ctr;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * Wide &amp; Deep (Cheng and others, 2016): the sum of two logits.
 *
 * <pre>
 * first-order weights of the rows, dense features -> wide (linear) -+-> logit
 * vectors of the rows, dense features -> deep.0 .. deep.m ----------+
 * </pre>
 *
 * @param dense whether the data has dense features
 */
record WideDeep(boolean dense, Tower deep) implements Model {

  @Override
  public Tensor logits(Tape tape) {
    var rows = FirstOrderRows.record(tape, dense);
    return tape.add(rows.firstOrder(), deep.logit(tape, rows.deepInput()));
  }
}
