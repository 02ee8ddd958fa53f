package dev.farsight.testkit.compute;

import dev.farsight.api.compute.UpdateRule;
import java.util.Arrays;

/** The update rules in double precision, as {@link UpdateRule} defines them. */
final class Float64Update {

  private Float64Update() {}

  /**
   * Updates parameters.
   *
   * @param state the rule's parts, each with as many values as {@code w}
   * @param updates how many updates were made before this one
   */
  static void dense(
      UpdateRule rule, double[] w, double[][] state, double[] gradient, double lr, long updates) {
    double[] g = gradient.clone();
    for (int i = 0; i < g.length; i++) {
      g[i] += rule.weightDecay() * w[i];
    }
    for (int i = 0; i < w.length; i++) {
      if (rule instanceof UpdateRule.Sgd) {
        w[i] -= lr * g[i];
      } else if (rule instanceof UpdateRule.Momentum r) {
        state[0][i] = r.momentum() * state[0][i] + g[i];
        w[i] -= lr * (r.nesterov() ? g[i] + r.momentum() * state[0][i] : state[0][i]);
      } else if (rule instanceof UpdateRule.Adagrad r) {
        adagrad(w, state[0], g, i, lr, r.eps());
      } else if (rule instanceof UpdateRule.RowwiseAdagrad r) {
        adagrad(w, state[0], g, i, lr, r.eps());
      } else if (rule instanceof UpdateRule.Adam r) {
        adam(r, w, state, g[i], i, lr, updates + 1);
      } else if (rule instanceof UpdateRule.Ftrl r) {
        ftrl(r, w, state, g[i], i, lr);
      }
    }
  }

  private static void adagrad(double[] w, double[] s, double[] g, int i, double lr, double eps) {
    s[i] += g[i] * g[i];
    w[i] -= g[i] == 0 ? 0 : lr * g[i] / (Math.sqrt(s[i]) + eps);
  }

  private static void adam(
      UpdateRule.Adam r, double[] w, double[][] state, double g, int i, double lr, long t) {
    state[0][i] = r.beta1() * state[0][i] + (1 - r.beta1()) * g;
    state[1][i] = r.beta2() * state[1][i] + (1 - r.beta2()) * g * g;
    double first = state[0][i] / (1 - Math.pow(r.beta1(), (double) t));
    double second = state[1][i] / (1 - Math.pow(r.beta2(), (double) t));
    w[i] -= first == 0 ? 0 : lr * first / (Math.sqrt(second) + r.eps());
  }

  private static void ftrl(
      UpdateRule.Ftrl r, double[] w, double[][] state, double g, int i, double lr) {
    if (lr == 0) {
      return;
    }
    double before = state[1][i];
    state[1][i] += g * g;
    double root = Math.sqrt(state[1][i]);
    state[0][i] += g - (root - Math.sqrt(before)) / lr * w[i];
    double z = state[0][i];
    double slope = (r.beta() + root) / lr + r.l2();
    w[i] = Math.abs(z) <= r.l1() ? 0 : -(z - Math.signum(z) * r.l1()) / slope;
  }

  /**
   * Updates a row: weights, followed by the parts of the state.
   *
   * @param updates how many updates were made before this one
   */
  static void row(UpdateRule rule, double[] row, double[] gradient, double lr, long updates) {
    int dim = gradient.length;
    double[] w = Arrays.copyOf(row, dim);
    if (rule instanceof UpdateRule.RowwiseAdagrad r) {
      double squares = 0;
      for (int d = 0; d < dim; d++) {
        double g = gradient[d] + r.weightDecay() * w[d];
        squares += g * g;
      }
      row[dim] += squares / dim;
      for (int d = 0; d < dim; d++) {
        double g = gradient[d] + r.weightDecay() * w[d];
        row[d] -= g == 0 ? 0 : lr * g / (Math.sqrt(row[dim]) + r.eps());
      }
      return;
    }
    var state = new double[rule.rowState(dim).size()][];
    for (int p = 0; p < state.length; p++) {
      state[p] = Arrays.copyOfRange(row, dim + p * dim, dim + (p + 1) * dim);
    }
    dense(rule, w, state, gradient, lr, updates);
    System.arraycopy(w, 0, row, 0, dim);
    for (int p = 0; p < state.length; p++) {
      System.arraycopy(state[p], 0, row, dim + p * dim, dim);
    }
  }
}
