package dev.farsight.engine.cache;

/**
 * A map from row ids to ints with a place for every row that there is: 4 bytes a row, present or
 * not, and no probing. Threads that keep to rows of their own may share it.
 */
final class DirectRowMap implements RowIndex {

  /** Values, one higher, by row id; 0 where there is none. */
  private final int[] values;

  DirectRowMap(int rows) {
    values = new int[rows];
  }

  @Override
  public int get(long row) {
    return values[(int) row] - 1;
  }

  @Override
  public void get(long[] rows, int[] positions, int from, int count, int[] into) {
    if (positions == null) {
      for (int i = 0; i < count; i++) {
        into[i] = values[(int) rows[from + i]] - 1;
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = values[(int) rows[positions[from + i]]] - 1;
      }
    }
  }

  @Override
  public void set(long row, int value) {
    values[(int) row] = value + 1;
  }

  @Override
  public void remove(long row) {
    values[(int) row] = 0;
  }

  @Override
  public void expire(long row, int value) {
    // Nothing is gained by removing it.
  }

  @Override
  public boolean expires() {
    return false;
  }
}
