package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A deep tower: hidden layers {@code deep.0}, {@code deep.1} and so on. After each come ReLU, layer
 * normalisation {@code deep.0.norm} if it is on, and dropout if its rate is not 0.
 *
 * @param widths of the hidden layers; may be empty
 * @param dropout share of the values that are dropped after each hidden layer
 * @param layerNorm whether the values of each hidden layer are normalised
 */
record Tower(List<Integer> widths, double dropout, boolean layerNorm) {

  private static final int MAX_WIDTH = 1 << 16;
  private static final double MAX_DROPOUT = .99;

  /** As PyTorch's. */
  private static final double NORM_EPS = 1e-5;

  Tower {
    widths = List.copyOf(widths);
  }

  /** From {@code deep-mlp}, {@code dropout} and {@code layer-norm} of a model's own section. */
  static Tower of(Settings own) {
    return new Tower(
        Arrays.stream(own.integers("deep-mlp", 1, MAX_WIDTH)).boxed().toList(),
        own.share("dropout", 0, MAX_DROPOUT),
        own.bool("layer-norm"));
  }

  /** The values of the last hidden layer; without hidden layers, the input. */
  Tensor hidden(Tape tape, Tensor input) {
    Tensor x = input;
    for (int i = 0; i < widths.size(); i++) {
      x = tape.linear("deep." + i, x, widths.get(i), Activation.RELU);
      if (layerNorm) {
        x = tape.layerNorm("deep." + i + ".norm", x, NORM_EPS);
      }
      if (dropout > 0) {
        x = tape.dropout(x, dropout);
      }
    }
    return x;
  }

  /** One value: a last layer, linear, behind the hidden ones. */
  Tensor logit(Tape tape, Tensor input) {
    return tape.linear("deep." + widths.size(), hidden(tape, input), 1, Activation.NONE);
  }
}
