package dev.farsight.models.dlrm;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.List;

/**
 * DLRM.
 *
 * <pre>
 * dense features -> bottom.0 .. bottom.n (ReLU after each), D wide -+
 *                                                                   +-> interaction -> top.0 .. top.m -> logit
 * lookups --------> pooled rows, one D wide vector a feature -------+                 (ReLU between)
 * </pre>
 *
 * With F features the {@linkplain Interaction#DOT dot interaction} is D + F (F + 1) / 2 wide: the
 * bottom output and the dot products of all pairs of the F + 1 vectors. {@linkplain
 * Interaction.Cross Cross layers} are (F + 1) D wide.
 *
 * @param dim D, width of embedding rows and of the last bottom layer
 * @param bottom widths of the bottom layers before the last; may be empty
 * @param interaction what the top layers read
 * @param top widths of the top layers before the last, which is 1 wide; may be empty
 */
record Dlrm(int dim, List<Integer> bottom, Interaction interaction, List<Integer> top)
    implements Model {

  Dlrm {
    bottom = List.copyOf(bottom);
    top = List.copyOf(top);
  }

  @Override
  public Tensor logits(Tape tape) {
    Tensor bag = tape.embeddingBag();
    if (bag.width() != dim) {
      throw new IllegalArgumentException(
          "a tape for rows of " + bag.width() + " weights; the model was made for " + dim);
    }
    Tensor x = layers(tape, "bottom", tape.dense(), bottom);
    x = tape.linear("bottom." + bottom.size(), x, dim, Activation.RELU);
    x = layers(tape, "top", interaction.of(tape, x, bag), top);
    return tape.linear("top." + top.size(), x, 1, Activation.NONE);
  }

  private static Tensor layers(Tape tape, String mlp, Tensor input, List<Integer> widths) {
    Tensor x = input;
    for (int i = 0; i < widths.size(); i++) {
      x = tape.linear(mlp + "." + i, x, widths.get(i), Activation.RELU);
    }
    return x;
  }
}
