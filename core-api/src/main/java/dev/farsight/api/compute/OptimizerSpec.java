package dev.farsight.api.compute;

import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.List;

/**
 * How parameters are updated. Here g is the gradient of the batch's mean loss. For a row, the
 * gradients of all its lookups in the batch are summed first:
 *
 * <pre>
 * SGD               w -= lr g
 * ROWWISE_ADAGRAD   rows:  s += mean over the row of g^2;   w -= lr g / (sqrt(s) + eps)
 *                   dense: the same element by element (Adagrad); s starts at 0
 * </pre>
 *
 * @param kind the update rule
 * @param eps is added to the root; ROWWISE_ADAGRAD only
 * @param freezeRows whether embedding rows stay as they are, so that only dense parameters learn
 */
public record OptimizerSpec(Kind kind, float eps, boolean freezeRows) {

  /** The update rules. */
  public enum Kind {
    SGD("sgd") {
      @Override
      public List<StatePart> rowState(int dim) {
        return List.of();
      }
    },
    ROWWISE_ADAGRAD("rowwise-adagrad") {
      @Override
      public List<StatePart> rowState(int dim) {
        return List.of(new StatePart("adagrad", 1, 0));
      }
    };

    private final String configName;

    Kind(String configName) {
      this.configName = configName;
    }

    /** The name in the configuration. */
    public String configName() {
      return configName;
    }

    /** The optimizer state of a row of {@code dim} weights. */
    public abstract List<StatePart> rowState(int dim);

    /** The format of rows of {@code dim} float32 weights and this rule's state. */
    public RowFormat rowFormat(int dim) {
      return RowFormat.fp32(dim, rowState(dim));
    }
  }

  public static final float DEFAULT_EPS = 1e-10f;

  public static OptimizerSpec of(Kind kind) {
    return new OptimizerSpec(kind, DEFAULT_EPS, false);
  }
}
