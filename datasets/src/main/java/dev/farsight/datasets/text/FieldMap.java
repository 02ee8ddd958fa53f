package dev.farsight.datasets.text;

import java.util.Arrays;

/**
 * Where a file has its columns. Fields are numbered from 0 as they stand in a row.
 *
 * @param fields how many fields a whole row has
 * @param least how many fields a row must have at least: fewer than {@code fields} where a trailing
 *     run of empty ones may have been stripped
 * @param label field of the label, or -1
 * @param dense field of each dense column
 * @param categorical field of each categorical column
 * @param weights field with the weights of each categorical column's bags, or -1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read on the hot path
public record FieldMap(
    int fields, int least, int label, int[] dense, int[] categorical, int[] weights) {

  /** Columns without weights. */
  public FieldMap(int fields, int least, int label, int[] dense, int[] categorical) {
    this(fields, least, label, dense, categorical, new int[categorical.length]);
    Arrays.fill(weights, -1);
  }

  public boolean labelled() {
    return label >= 0;
  }
}
