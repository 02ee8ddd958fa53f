package dev.farsight.reading.internal.record;

import dev.farsight.reading.RowIndexRule;

/**
 * The indices of a rule in a table that has one row more, which those that are not kept share.
 *
 * @param kept null while it is not found out, so that all are kept
 */
public record MappedRule(RowIndexRule rule, KeptRows kept) implements RowIndexRule {

  /** A rule of which it is still to be found out which rows are kept. */
  public static MappedRule of(RowIndexRule rule) {
    return new MappedRule(rule, null);
  }

  @Override
  public long value(byte[] bytes, int from, int to) {
    return rule.value(bytes, from, to);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    int index = rule.index(bytes, from, to, rows - 1);
    return kept == null ? index : kept.of(index);
  }
}
