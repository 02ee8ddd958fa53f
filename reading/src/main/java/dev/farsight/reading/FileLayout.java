package dev.farsight.reading;

import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * How the records of a file are read. Positions are those at which {@link Fields#at} gets the
 * fields, from 0.
 *
 * @param label position of the label, or -1 if the file has none
 * @param dense position of each dense column
 * @param categorical position of each categorical column
 * @param weights position of the weights of each categorical column's bags, or -1
 * @param weight position of the sample's weight, or -1 if samples have none
 * @param split position of the field that tells which rows are for evaluation, or -1
 * @param copied position of each field whose text is handed on
 * @param parsers makes a parser for a thread
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record FileLayout(
    int label,
    int[] dense,
    int[] categorical,
    int[] weights,
    int weight,
    int split,
    int[] copied,
    Supplier<RecordParser> parsers) {

  /** No position. */
  public static final int ABSENT = -1;

  /**
   * The layout of files that have the columns at given positions.
   *
   * @param position of a name in {@link Columns#fieldNames}; {@link #ABSENT} is for a label alone
   */
  public static FileLayout of(
      Columns columns, ToIntFunction<String> position, Supplier<RecordParser> parsers) {
    return new FileLayout(
        position(columns.label(), position),
        columns.dense().stream().mapToInt(c -> position.applyAsInt(c.name())).toArray(),
        columns.categorical().stream().mapToInt(c -> position.applyAsInt(c.field())).toArray(),
        columns.categorical().stream().mapToInt(c -> weights(c.bag(), position)).toArray(),
        position(columns.weight(), position),
        position(columns.splitField(), position),
        columns.copied().stream().mapToInt(position).toArray(),
        parsers);
  }

  private static int position(String name, ToIntFunction<String> position) {
    return name == null ? ABSENT : position.applyAsInt(name);
  }

  private static int weights(BagRule bag, ToIntFunction<String> position) {
    return bag == null || bag.weights() == null
        ? ABSENT
        : position.applyAsInt(bag.weights().name());
  }

  /** Whether the file has labels. */
  public boolean labelled() {
    return label >= 0;
  }
}
