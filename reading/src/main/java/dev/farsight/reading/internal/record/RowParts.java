package dev.farsight.reading.internal.record;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which part each raw row belongs to, training or evaluation, in blocks of 65,536 rows. A block
 * whose rows all belong to one part takes 16 bytes, any other a bit a row besides. Filled by one
 * thread, then safe for concurrent reading.
 */
final class RowParts {

  private static final int BLOCK = 1 << 16;

  /** By block: its rows for evaluation. */
  private final List<BitSet> blocks = new ArrayList<>();

  /** By block: rows for evaluation before it. */
  private final List<Long> evalBefore = new ArrayList<>();

  private final BitSet none = new BitSet();
  private final BitSet all = new BitSet();

  private BitSet filling = new BitSet(BLOCK);
  private long rows;
  private long eval;

  RowParts() {
    all.set(0, BLOCK);
  }

  /** Adds the next row. */
  void add(boolean evaluated) {
    filling.set((int) (rows % BLOCK), evaluated);
    if (++rows % BLOCK == 0) {
      endBlock();
    }
  }

  /** Ends the filling. */
  void end() {
    if (rows % BLOCK > 0) {
      endBlock();
    }
  }

  private void endBlock() {
    int evaluated = filling.cardinality();
    evalBefore.add(eval);
    eval += evaluated;
    if (evaluated > 0 && evaluated < BLOCK) {
      blocks.add(filling);
      filling = new BitSet(BLOCK);
    } else {
      blocks.add(evaluated == 0 ? none : all);
      filling.clear();
    }
  }

  /** Rows of both parts. */
  long rows() {
    return rows;
  }

  /** Rows of a part. */
  long rows(boolean evaluation) {
    return evaluation ? eval : rows - eval;
  }

  /** The first row of a part from {@code row} on; {@link #rows()} if there is none. */
  long next(boolean evaluation, long row) {
    for (long at = row; at < rows; at = (at / BLOCK + 1) * BLOCK) {
      BitSet block = blocks.get((int) (at / BLOCK));
      int from = (int) (at % BLOCK);
      int found = evaluation ? block.nextSetBit(from) : block.nextClearBit(from);
      if (found >= 0 && found < BLOCK) {
        return Math.min(at - from + found, rows);
      }
    }
    return rows;
  }

  /**
   * The raw number of a row.
   *
   * @param position the row's number in its part; {@link #rows()} is the result behind the last one
   */
  long at(boolean evaluation, long position) {
    if (position >= rows(evaluation)) {
      return rows;
    }
    int block = blockOf(evaluation, position);
    long at = (long) block * BLOCK;
    for (long left = position - before(evaluation, block); ; left--) {
      at = next(evaluation, at);
      if (left == 0) {
        return at;
      }
      at++;
    }
  }

  /** The last block with at most {@code position} rows of the part before it. */
  private int blockOf(boolean evaluation, long position) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before(evaluation, middle) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long before(boolean evaluation, int block) {
    long evaluated = evalBefore.get(block);
    return evaluation ? evaluated : (long) block * BLOCK - evaluated;
  }
}
