package dev.farsight.compute.nd4j.generic;

import dev.farsight.api.compute.UpdateRule;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The update rules in ND4J's operations, on arrays of any shape. */
final class RuleUpdates {

  private RuleUpdates() {}

  /**
   * Updates parameters in place, element by element.
   *
   * @param state the parts of the rule's state, each of the shape of {@code weights}; changed
   * @param gradient is not changed
   * @param updates made before this one
   */
  static void apply(
      UpdateRule rule,
      INDArray weights,
      INDArray[] state,
      INDArray gradient,
      float learningRate,
      long updates) {
    INDArray g = withDecay(rule, weights, gradient);
    if (rule instanceof UpdateRule.Sgd) {
      weights.subi(g.mul(learningRate));
    } else if (rule instanceof UpdateRule.Momentum momentum) {
      momentum(momentum, weights, state[0], g, learningRate);
    } else if (rule instanceof UpdateRule.Adagrad adagrad) {
      adagrad(weights, state[0], g, learningRate, adagrad.eps());
    } else if (rule instanceof UpdateRule.RowwiseAdagrad adagrad) {
      adagrad(weights, state[0], g, learningRate, adagrad.eps());
    } else if (rule instanceof UpdateRule.Adam adam) {
      adam(adam, weights, state, g, learningRate, updates);
    } else if (rule instanceof UpdateRule.Ftrl ftrl) {
      ftrl(ftrl, weights, state, g, learningRate);
    }
  }

  private static INDArray withDecay(UpdateRule rule, INDArray weights, INDArray gradient) {
    return rule.weightDecay() == 0 ? gradient : weights.mul(rule.weightDecay()).addi(gradient);
  }

  /**
   * Row-wise Adagrad on rows.
   *
   * @param sums an accumulator for each row, [rows][1]; changed
   */
  static void rowwise(
      UpdateRule.RowwiseAdagrad rule,
      INDArray weights,
      INDArray sums,
      INDArray gradient,
      float learningRate) {
    INDArray g = withDecay(rule, weights, gradient);
    sums.addi(g.mul(g).mean(true, 1));
    INDArray change = g.mul(learningRate);
    change.diviColumnVector(root(sums, rule.eps()));
    weights.subi(change);
  }

  private static void momentum(
      UpdateRule.Momentum rule, INDArray weights, INDArray moment, INDArray g, float learningRate) {
    moment.muli(rule.momentum()).addi(g);
    INDArray direction = rule.nesterov() ? moment.mul(rule.momentum()).addi(g) : moment;
    weights.subi(direction.mul(learningRate));
  }

  private static void adagrad(
      INDArray weights, INDArray sums, INDArray g, float learningRate, float eps) {
    sums.addi(g.mul(g));
    weights.subi(g.mul(learningRate).divi(root(sums, eps)));
  }

  private static void adam(
      UpdateRule.Adam rule,
      INDArray weights,
      INDArray[] state,
      INDArray g,
      float learningRate,
      long updates) {
    state[0].muli(rule.beta1()).addi(g.mul(1 - rule.beta1()));
    state[1].muli(rule.beta2()).addi(g.mul(g).muli(1 - rule.beta2()));
    INDArray root = Transforms.sqrt(state[1], true).muli(rule.rootFactor(updates));
    INDArray change = state[0].mul(learningRate * rule.rateFactor(updates));
    weights.subi(change.divi(withoutZeros(root.addi(rule.eps()))));
  }

  private static void ftrl(
      UpdateRule.Ftrl rule, INDArray weights, INDArray[] state, INDArray g, float learningRate) {
    if (learningRate == 0) {
      return;
    }
    INDArray z = state[0];
    INDArray before = Transforms.sqrt(state[1], true);
    state[1].addi(g.mul(g));
    INDArray root = Transforms.sqrt(state[1], true);
    z.addi(g).subi(root.sub(before).muli(weights).divi(learningRate));
    INDArray slope = withoutZeros(root.add(rule.beta()).divi(learningRate).addi(rule.l2()));
    INDArray beyond = Transforms.abs(z, true).gt(rule.l1()).castTo(DataType.FLOAT);
    weights.assign(Transforms.sign(z, true).muli(rule.l1()).subi(z).divi(slope).muli(beyond));
  }

  private static INDArray root(INDArray sums, float eps) {
    INDArray root = Transforms.sqrt(sums, true).addi(eps);
    return eps == 0 ? withoutZeros(root) : root;
  }

  /** So that an element that never had a gradient stays, whatever eps is. */
  private static INDArray withoutZeros(INDArray divisors) {
    BooleanIndexing.replaceWhere(divisors, 1, Conditions.equals(0));
    return divisors;
  }
}
