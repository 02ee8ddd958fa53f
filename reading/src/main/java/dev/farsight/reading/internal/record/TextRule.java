package dev.farsight.reading.internal.record;

import dev.farsight.reading.RowIndexRule;

/** Texts, by a {@linkplain RowIndexRule#hash hash} of their bytes modulo the rows. */
public record TextRule() implements RowIndexRule {

  @Override
  public long value(byte[] bytes, int from, int to) {
    return RowIndexRule.hash(bytes, from, to);
  }

  @Override
  public int index(byte[] bytes, int from, int to, int rows) {
    return (int) Long.remainderUnsigned(RowIndexRule.hash(bytes, from, to), rows);
  }
}
