package dev.farsight.bench.exchange;

import java.util.Locale;

/** What ranks exchange in a step. */
enum Exchanged {
  /** Ids of the rows that ranks of other processes are asked for, in the look-ahead. */
  IDS,
  /** Rows, from their owners to the ranks that look them up. */
  ROWS,
  /** Gradients of rows, back to the owners. */
  GRADIENTS,
  /** Gradients of rows that all ranks have. */
  REPLICATED,
  /** Gradients of dense parameters, summed over all ranks. */
  DENSE;

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
