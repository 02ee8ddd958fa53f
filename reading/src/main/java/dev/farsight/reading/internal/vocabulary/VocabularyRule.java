package dev.farsight.reading.internal.vocabulary;

import dev.farsight.reading.RowIndexRule;

/**
 * Indices by a vocabulary of values.
 *
 * @param rule what the values are
 * @param vocabulary null while it is not found out; there are no indices then, only values
 */
public record VocabularyRule(RowIndexRule rule, Vocabulary vocabulary) implements RowIndexRule {

  /** A rule whose vocabulary is still to be found out. */
  public static VocabularyRule of(RowIndexRule rule) {
    return new VocabularyRule(rule, null);
  }

  @Override
  public long value(byte[] bytes, int from, int to) {
    return rule.value(bytes, from, to);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    long value = rule.value(bytes, from, to);
    return vocabulary == null ? 0 : vocabulary.index(value);
  }
}
