package dev.farsight.api.data;

import dev.farsight.api.table.TableSet;

/**
 * What the samples of a data source look like.
 *
 * @param denseWidth how many dense (numeric) features a sample has; may be 0
 * @param tables one table per categorical feature, in the order of the columns
 * @param labelled whether samples carry a label; a source without can only be evaluated
 * @param truth whether samples carry the true probability of a click (synthetic data)
 */
public record BatchSchema(int denseWidth, TableSet tables, boolean labelled, boolean truth) {

  public BatchSchema {
    if (denseWidth < 0) {
      throw new IllegalArgumentException("dense width " + denseWidth);
    }
  }
}
