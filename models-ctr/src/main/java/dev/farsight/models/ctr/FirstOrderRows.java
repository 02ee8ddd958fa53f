package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * The inputs of a model whose rows end in a first-order weight: of a row of D weights, the first D
 * - 1 are its vector, and the last one is added to the logit as it is. So one lookup brings both.
 *
 * @param vectors [features][D - 1]
 * @param deepInput the vectors, followed by the dense features if there are some
 * @param firstOrder one value: the sum of the first-order weights; with dense features, plus those
 *     times the weights of the linear layer {@code wide}, plus its bias
 */
record FirstOrderRows(Tensor vectors, Tensor deepInput, Tensor firstOrder) {

  /** Checks that rows have room for a vector and a first-order weight. */
  static void check(Settings model) {
    if (model.integer("embedding-dim", 1, ModelContext.MAX_DIM) < 2) {
      throw model.bad(
          "embedding-dim",
          "is too small for model.type = "
              + model.string("type")
              + ": the last weight of a row is its first-order weight, the others are its vector; at least 2 are needed");
    }
  }

  /**
   * @param dense whether the data has dense features
   */
  static FirstOrderRows record(Tape tape, boolean dense) {
    Tensor rows = tape.embeddingBag();
    Tensor vectors = tape.slice(rows, 0, rows.width() - 1);
    Tensor weights = tape.sum(tape.slice(rows, rows.width() - 1, 1));
    if (!dense) {
      return new FirstOrderRows(vectors, vectors, weights);
    }
    Tensor features = tape.dense();
    Tensor wide = tape.linear("wide", features, 1, Activation.NONE);
    return new FirstOrderRows(vectors, tape.concat(vectors, features), tape.add(weights, wide));
  }
}
