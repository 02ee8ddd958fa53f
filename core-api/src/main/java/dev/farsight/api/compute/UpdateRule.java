package dev.farsight.api.compute;

import dev.farsight.api.table.RowFormat;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.List;

/**
 * A rule that updates parameters by their gradients, and its constants. Here g is the gradient of
 * the batch's mean loss, w the parameter, lr the learning rate and t the number of updates, from 1.
 * For a row, the gradients of all its lookups in the batch are summed first, and the rule runs
 * once, also where the sum is zero; rows that the batch does not look up stay as they are. Rules
 * work element by element, unless they say otherwise.
 *
 * <pre>
 * all but ftrl:   g += weightDecay w                                          L2, coupled
 * sgd             w -= lr g
 * momentum        m = momentum m + g;  w -= lr m, nesterov: lr (g + momentum m)
 * adagrad         s += g^2;            w -= lr g / (sqrt(s) + eps)
 * rowwise-adagrad rows:  s += mean over the row of g^2;  w -= lr g / (sqrt(s) + eps)
 *                 dense: adagrad
 * adam            m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
 *                 w -= lr m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
 * ftrl            k = n + g^2;  z += g - (sqrt(k) - sqrt(n)) / lr w;  n = k
 *                 w = 0 if |z| &lt;= l1, else -(z - sign(z) l1) / ((beta + sqrt(n)) / lr + l2)
 *                 nothing changes if lr is 0
 * </pre>
 *
 * <p>State starts at 0, but for s and n, which start at {@code initialAccumulator}. A division by 0
 * counts as no change: an element whose gradient has always been 0 stays, whatever eps is.
 */
public sealed interface UpdateRule {

  float DEFAULT_EPS = 1e-10f;

  /** SGD without L2. */
  static UpdateRule sgd() {
    return new Sgd(0);
  }

  /** Row-wise Adagrad with the default eps, no L2, from 0. */
  static UpdateRule rowwiseAdagrad() {
    return new RowwiseAdagrad(DEFAULT_EPS, 0, 0);
  }

  /** The name in the configuration. */
  String configName();

  /** L2 regularisation; 0 for none. */
  float weightDecay();

  /** The state of a row of {@code dim} weights. */
  List<StatePart> rowState(int dim);

  /**
   * The state of a dense parameter: each part has one float for each element. A part's values are
   * named {@code PARAMETER.PART}.
   */
  default List<StatePart> denseState() {
    return rowState(1);
  }

  /** The format of rows of {@code dim} float32 weights and this rule's state. */
  default RowFormat rowFormat(int dim) {
    return RowFormat.fp32(dim, rowState(dim));
  }

  /** Stochastic gradient descent. */
  record Sgd(float weightDecay) implements UpdateRule {

    @Override
    public String configName() {
      return "sgd";
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of();
    }
  }

  /** SGD with momentum, as in PyTorch; for dense parameters only. */
  record Momentum(float momentum, boolean nesterov, float weightDecay) implements UpdateRule {

    @Override
    public String configName() {
      return "momentum";
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of(new StatePart("momentum", dim, 0));
    }
  }

  /** Adagrad with an accumulator for each element. */
  record Adagrad(float eps, float initialAccumulator, float weightDecay) implements UpdateRule {

    @Override
    public String configName() {
      return "adagrad";
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of(new StatePart("adagrad", dim, initialAccumulator));
    }
  }

  /** Adagrad with one accumulator for each row. */
  record RowwiseAdagrad(float eps, float initialAccumulator, float weightDecay)
      implements UpdateRule {

    @Override
    public String configName() {
      return "rowwise-adagrad";
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of(new StatePart("adagrad", 1, initialAccumulator));
    }
  }

  /** Adam. For rows it is lazy: a row that is not looked up keeps its moments. */
  record Adam(float beta1, float beta2, float eps, float weightDecay) implements UpdateRule {

    @Override
    public String configName() {
      return "adam";
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of(new StatePart("exp_avg", dim, 0), new StatePart("exp_avg_sq", dim, 0));
    }

    /**
     * What the learning rate is multiplied with: {@code 1 / (1 - beta1^t)}.
     *
     * @param updates updates made before this one
     */
    public float rateFactor(long updates) {
      return (float) (1 / (1 - Math.pow(beta1, updates + 1.0)));
    }

    /**
     * What the root of the second moment is multiplied with: {@code 1 / sqrt(1 - beta2^t)}.
     *
     * @param updates updates made before this one
     */
    public float rootFactor(long updates) {
      return (float) (1 / Math.sqrt(1 - Math.pow(beta2, updates + 1.0)));
    }
  }

  /**
   * FTRL-Proximal, with L1 and L2 of its own. Its weights follow from its state alone, so the first
   * update forgets most of the initial weight. It is meant for first-order weights.
   */
  record Ftrl(float beta, float l1, float l2, float initialAccumulator) implements UpdateRule {

    @Override
    public String configName() {
      return "ftrl";
    }

    @Override
    public float weightDecay() {
      return 0;
    }

    @Override
    public List<StatePart> rowState(int dim) {
      return List.of(
          new StatePart("ftrl_z", dim, 0), new StatePart("ftrl_n", dim, initialAccumulator));
    }
  }
}
