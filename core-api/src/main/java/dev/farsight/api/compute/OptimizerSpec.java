package dev.farsight.api.compute;

/**
 * How parameters are updated. With g the gradient of the batch's mean loss, all lookups of a row in
 * the batch summed first:
 *
 * <pre>
 * SGD               w -= lr g
 * ROWWISE_ADAGRAD   rows:  s += mean over the row of g^2;   w -= lr g / (sqrt(s) + eps)
 *                   dense: the same element by element (Adagrad); s starts at 0
 * </pre>
 *
 * @param kind which rule
 * @param eps added to the root, ROWWISE_ADAGRAD only
 * @param freezeRows leaves embedding rows as they are; only dense parameters learn
 */
public record OptimizerSpec(Kind kind, float eps, boolean freezeRows) {

  /** The update rules. */
  public enum Kind {
    SGD("sgd", 0),
    ROWWISE_ADAGRAD("rowwise-adagrad", 1);

    private final String configName;
    private final int rowState;

    Kind(String configName, int rowState) {
      this.configName = configName;
      this.rowState = rowState;
    }

    /** The name in the configuration. */
    public String configName() {
      return configName;
    }

    /** Floats of optimizer state that each row carries. */
    public int rowState() {
      return rowState;
    }
  }

  public static final float DEFAULT_EPS = 1e-10f;

  public static OptimizerSpec of(Kind kind) {
    return new OptimizerSpec(kind, DEFAULT_EPS, false);
  }
}
