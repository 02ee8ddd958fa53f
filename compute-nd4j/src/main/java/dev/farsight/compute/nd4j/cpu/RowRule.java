package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.UpdateRule;
import dev.farsight.api.table.RowFormat;

/** An {@link UpdateRule} for a row at a time. */
interface RowRule {

  /**
   * Begins a step, before any of its updates.
   *
   * @param updates how many updates were made before
   */
  void begin(float learningRate, long updates);

  /**
   * Updates a row, weights and state.
   *
   * @param weights as float32; may be the same array as {@code row}
   * @param row words of the row, of which those of the state are read and replaced
   * @param g the gradients; the rule may change them
   * @param parts room for {@link ElementRule#MAX_PARTS} parts of the state, one value for each
   *     weight
   */
  void update(float[] weights, float[] row, float[] g, float[][] parts);

  /** The arithmetic of a rule, for rows of a format. */
  static RowRule of(UpdateRule rule, RowFormat format) {
    return of(rule, format, format.dim());
  }

  /**
   * The arithmetic of a rule, for what slots hold.
   *
   * @param format of a slot
   * @param dim weights of a whole row
   */
  static RowRule of(UpdateRule rule, RowFormat format, int dim) {
    return rule instanceof UpdateRule.RowwiseAdagrad adagrad
        ? new RowwiseAdagradRule(adagrad, format, dim)
        : new ElementRowRule(rule, format);
  }
}
