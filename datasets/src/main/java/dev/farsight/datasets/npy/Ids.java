package dev.farsight.datasets.npy;

/**
 * Copies ids and checks that they are rows of their table, or takes them modulo its rows. Not
 * thread-safe.
 */
final class Ids {

  /** All ids are rows of their table. */
  static final int GOOD = -1;

  private final boolean modulo;

  Ids(boolean modulo) {
    this.modulo = modulo;
  }

  /**
   * Copies ids of one feature.
   *
   * @return the position, from 0, of the first that is no row; {@link #GOOD} if all are
   */
  int copy(NpyArray from, long position, int count, int[] into, int at, int rows) {
    if (from.type() != NpyType.INT32) {
      for (int i = 0; i < count; i++) {
        into[at + i] = row(from.longAt(position + i), rows);
      }
    } else {
      from.copyInts(position, count, into, at);
      if (modulo) {
        for (int i = at; i < at + count; i++) {
          into[i] = Math.floorMod(into[i], rows);
        }
      }
    }
    return firstWrong(into, at, count, rows);
  }

  private static int firstWrong(int[] ids, int at, int count, int rows) {
    int most = rows - 1;
    int signs = 0;
    for (int i = at; i < at + count; i++) {
      signs |= ids[i] | (most - ids[i]);
    }
    if (signs >= 0) {
      return GOOD;
    }
    int i = 0;
    while (ids[at + i] >= 0 && ids[at + i] <= most) {
      i++;
    }
    return i;
  }

  /**
   * Copies rows of an array whose columns are features, as they are. An id that no int holds
   * becomes -1.
   *
   * @param tableRows by column
   */
  void copyRows(NpyArray from, long row, int count, int[] into, int at, int[] tableRows) {
    int width = tableRows.length;
    if (from.type() == NpyType.INT32) {
      from.copyInts(row * width, count * width, into, at);
      return;
    }
    for (int i = 0; i < count * width; i++) {
      into[at + i] = row(from.longAt(row * width + i), tableRows[i % width]);
    }
  }

  private int row(long id, int rows) {
    if (modulo) {
      return (int) Math.floorMod(id, (long) rows);
    }
    return id == (int) id ? (int) id : -1;
  }

  /**
   * Takes a column out of rows.
   *
   * @param rows {@code count} rows of {@code width} ids
   * @return the first row, from 0, whose id is no row of the table; {@link #GOOD} if all are
   */
  int copyColumn(int[] rows, int count, int width, int column, int[] into, int at, int tableRows) {
    for (int r = 0, from = column; r < count; r++, from += width) {
      into[at + r] = rows[from];
    }
    if (!modulo) {
      return firstWrong(into, at, count, tableRows);
    }
    for (int i = at; i < at + count; i++) {
      into[i] = Math.floorMod(into[i], tableRows);
    }
    return GOOD;
  }
}
