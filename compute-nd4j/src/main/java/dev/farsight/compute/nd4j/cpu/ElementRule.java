package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;

/**
 * An {@link UpdateRule} that works element by element. Its loops run over arrays of their own for
 * weights, gradients and each part of the state, all from position 0, so that HotSpot vectorises
 * them. One object for rows and one for dense parameters, as they begin each step apart; updates
 * may then run at once.
 */
interface ElementRule {

  /** Most parts of the state of any rule. */
  int MAX_PARTS = 2;

  /**
   * What a divisor is at least, as 0 / 0 would be no number. Roots of accumulated squares are so
   * small only where all gradients were below 1e-11.
   */
  float LEAST_DIVISOR = 1e-19f;

  /**
   * Begins a step, before any of its updates.
   *
   * @param updates how many updates were made before
   */
  void begin(float learningRate, long updates);

  /**
   * Updates weights and their state.
   *
   * @param state a value for each weight in each part; there may be more parts than the rule has
   * @param g the gradients; the rule may change them
   */
  void update(float[] w, float[][] state, float[] g, int count);

  /** The arithmetic of a rule, for dense parameters or rows with the state of each element. */
  static ElementRule of(UpdateRule rule) {
    if (rule instanceof UpdateRule.Sgd sgd) {
      return new SgdRule(sgd);
    }
    if (rule instanceof UpdateRule.Momentum momentum) {
      return new MomentumRule(momentum);
    }
    if (rule instanceof UpdateRule.Adagrad adagrad) {
      return new AdagradRule(adagrad.eps(), adagrad.weightDecay());
    }
    if (rule instanceof UpdateRule.RowwiseAdagrad adagrad) {
      return new AdagradRule(adagrad.eps(), adagrad.weightDecay());
    }
    if (rule instanceof UpdateRule.Adam adam) {
      return new AdamRule(adam);
    }
    if (rule instanceof UpdateRule.Ftrl ftrl) {
      return new FtrlRule(ftrl);
    }
    throw new IllegalArgumentException("unknown rule " + rule);
  }

  /** Adds the gradients of L2 regularisation; changes no bit without it. */
  static void decay(float weightDecay, float[] w, float[] g, int count) {
    if (weightDecay != 0) {
      for (int i = 0; i < count; i++) {
        g[i] += weightDecay * w[i];
      }
    }
  }
}
