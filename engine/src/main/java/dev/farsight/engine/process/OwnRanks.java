package dev.farsight.engine.process;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The ranks of this process among those of a run. They have consecutive numbers.
 *
 * @param first the lowest
 * @param count how many there are
 * @param all how many the run has
 */
public record OwnRanks(int first, int count, int all) {

  public OwnRanks {
    if (first < 0 || count < 1 || first + count > all) {
      throw new IllegalArgumentException(count + " ranks from " + first + " of " + all);
    }
  }

  /** All ranks of a run of one process. */
  public static OwnRanks all(int ranks) {
    return new OwnRanks(0, ranks, ranks);
  }

  /** Whether the run has no ranks but these. */
  public boolean areAll() {
    return count == all;
  }

  public boolean has(int rank) {
    return rank >= first && rank < first + count;
  }

  /** The rank of a device of this process. */
  public int rank(int device) {
    return first + device;
  }

  public List<Integer> list() {
    return IntStream.range(first, first + count).boxed().toList();
  }
}
