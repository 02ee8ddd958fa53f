package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;

/** A rule that works element by element, on rows: each part of the state has dim floats. */
final class ElementRowRule implements RowRule {

  private final ElementRule rule;
  private final int parts;
  private final int dim;
  private final int stateWord;

  ElementRowRule(UpdateRule rule, RowFormat format) {
    this.rule = ElementRule.of(rule);
    this.dim = format.dim();
    this.parts = rule.rowState(dim).size();
    this.stateWord = format.stateWord();
  }

  @Override
  public void begin(float learningRate, long updates) {
    rule.begin(learningRate, updates);
  }

  /** Parts are copied to arrays of their own, because loops over parts of one array are scalar. */
  @Override
  public void update(float[] weights, float[] row, float[] g, float[][] state) {
    for (int p = 0; p < parts; p++) {
      System.arraycopy(row, stateWord + p * dim, state[p], 0, dim);
    }
    rule.update(weights, state, g, dim);
    for (int p = 0; p < parts; p++) {
      System.arraycopy(state[p], 0, row, stateWord + p * dim, dim);
    }
  }
}
