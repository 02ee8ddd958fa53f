package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import java.util.Locale;

/**
 * The arrays of a feature whose bags are not a column among others.
 *
 * @param ids the rows looked up: an array of a row for each sample; or one after the other if there
 *     are offsets
 * @param offsets where the lookups of each sample begin in {@code ids}, and where the last ones
 *     end; null if all samples have equally many
 * @param weights the weights of the lookups, as {@code ids}; null if there are none
 */
record BagArrays(NpyArray ids, NpyArray offsets, NpyArray weights) {

  boolean ragged() {
    return offsets != null;
  }

  /** How many samples there are. */
  long samples() {
    return ragged() ? offsets.rows() - 1 : ids.rows();
  }

  /**
   * The row that a lookup belongs to.
   *
   * @param position of the lookup in {@code ids}
   * @param from a row that does not come behind it
   */
  long rowOf(long position, long from) {
    if (!ragged()) {
      return position / ids.columns();
    }
    long row = from;
    while (offsets.longAt(row + 1) <= position) {
      row++;
    }
    return row;
  }

  /** Checks what can be checked at once. */
  BagArrays require() {
    if (ragged()) {
      requireEnds();
    }
    if (weights != null) {
      weights.require(NpyType.NUMBERS, ids.columns());
      weights.requireRows(ids.rows(), ids.name() + " has");
    }
    return this;
  }

  private void requireEnds() {
    if (offsets.rows() == 0) {
      throw new FarsightException(offsets.name() + ": is empty, and must begin with 0");
    }
    long first = offsets.longAt(0);
    long last = offsets.longAt(offsets.rows() - 1);
    if (first != 0 || last != ids.rows()) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "%s: goes from %d to %d, not from 0 to %d, the values of %s",
              offsets.name(),
              first,
              last,
              ids.rows(),
              ids.name()));
    }
  }
}
