package dev.farsight.engine.cache;

/**
 * A map from row ids to ints with an entry for every row of the tables: 4 bytes a row, in the map
 * or not, and no probing. Threads that use different rows may share it.
 */
final class DirectRowMap implements RowIndex {

  /** Value + 1 by row id; 0 if the row is not in the map. */
  private final int[] values;

  DirectRowMap(int rows) {
    values = new int[rows];
  }

  @Override
  public int get(long row) {
    return values[(int) row] - 1;
  }

  @Override
  public void get(long[] rows, int[] positions, int from, int count, int[] target) {
    if (positions == null) {
      for (int i = 0; i < count; i++) {
        target[i] = values[(int) rows[from + i]] - 1;
      }
    } else {
      for (int i = 0; i < count; i++) {
        target[i] = values[(int) rows[positions[from + i]]] - 1;
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
    // Removing the row would save no memory.
  }

  @Override
  public boolean expires() {
    return false;
  }
}
