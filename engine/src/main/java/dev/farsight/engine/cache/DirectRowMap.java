package dev.farsight.engine.cache;

/**
 * A map from row ids to ints with a place for every row that there is: 4 bytes a row, present or
 * not, and no probing. Not thread-safe.
 */
final class DirectRowMap implements RowIndex {

  /** Values, one higher, by row id; 0 where there is none. */
  private final int[] values;

  /** Never read; written so that the compiler keeps the reads of {@link #touch}. */
  @SuppressWarnings("unused")
  private int touched;

  DirectRowMap(int rows) {
    values = new int[rows];
  }

  @Override
  public int get(long row) {
    return values[(int) row] - 1;
  }

  @Override
  public int put(long row, int value) {
    int before = values[(int) row] - 1;
    values[(int) row] = value + 1;
    return before;
  }

  @Override
  public int remove(long row) {
    return put(row, ABSENT);
  }

  @Override
  public boolean remove(long row, int value) {
    if (get(row) != value) {
      return false;
    }
    remove(row);
    return true;
  }

  @Override
  public void touch(long[] rows, int[] positions, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[(int) rows[positions == null ? i : positions[i]]];
    }
    touched = sum;
  }
}
