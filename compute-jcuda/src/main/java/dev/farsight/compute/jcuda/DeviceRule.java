package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.UpdateRule;
import java.util.Map;

/**
 * An update rule as rules.cu has it: the constants that kernels are compiled with, and what the
 * host tells them each step.
 */
record DeviceRule(UpdateRule rule) {

  /** The constants of the rule as that of rows. */
  Map<String, Object> ofRows() {
    return Map.of("ROW_RULE", list(rowwise()), "ROW_STATES", rowwise() ? 0 : states());
  }

  /** The constants of the rule as that of dense parameters; row-wise Adagrad is Adagrad there. */
  Map<String, Object> ofDense() {
    return Map.of("DENSE_RULE", list(false), "DENSE_STATES", states());
  }

  private boolean rowwise() {
    return rule instanceof UpdateRule.RowwiseAdagrad;
  }

  private int states() {
    return rule.denseState().size();
  }

  private String list(boolean rowwise) {
    if (rule instanceof UpdateRule.Momentum r) {
      return list("MOMENTUM", 0, r.momentum(), 0, r.nesterov(), 0, 0, 0);
    } else if (rule instanceof UpdateRule.Adagrad r) {
      return list("ADAGRAD", r.eps(), 0, 0, false, 0, 0, 0);
    } else if (rule instanceof UpdateRule.RowwiseAdagrad r) {
      return list(rowwise ? "ROWWISE_ADAGRAD" : "ADAGRAD", r.eps(), 0, 0, false, 0, 0, 0);
    } else if (rule instanceof UpdateRule.Adam r) {
      return list("ADAM", r.eps(), r.beta1(), r.beta2(), false, 0, 0, 0);
    } else if (rule instanceof UpdateRule.Ftrl r) {
      return list("FTRL", 0, 0, 0, false, r.beta(), r.l1(), r.l2());
    }
    return list("SGD", 0, 0, 0, false, 0, 0, 0);
  }

  /** In the order of {@code struct Rule}; 0 is what a rule does not have. */
  private String list(
      String kind,
      float eps,
      float beta1,
      float beta2,
      boolean nesterov,
      float beta,
      float l1,
      float l2) {
    return String.join(
        ",",
        kind,
        literal(rule.weightDecay()),
        literal(eps),
        literal(beta1),
        literal(beta2),
        Boolean.toString(nesterov),
        literal(beta),
        literal(l1),
        literal(l2));
  }

  private static String literal(float value) {
    return value + "f";
  }

  /**
   * The rate that a step updates by: Adam's corrects its first moment.
   *
   * @param updates how many were made before this one
   */
  float rate(float learningRate, long updates) {
    return rule instanceof UpdateRule.Adam adam
        ? learningRate * adam.rateFactor(updates)
        : learningRate;
  }

  /**
   * What Adam's root of the second moment is multiplied with; 0 for other rules.
   *
   * @param updates how many were made before this one
   */
  float rootFactor(long updates) {
    return rule instanceof UpdateRule.Adam adam ? adam.rootFactor(updates) : 0;
  }
}
