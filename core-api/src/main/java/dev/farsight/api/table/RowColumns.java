package dev.farsight.api.table;

import dev.farsight.api.memory.RowBuffer;
import dev.farsight.api.table.RowFormat.StatePart;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of every row that one of several ranks has, where each rank has an equal part of the
 * width. Of the optimizer state, a part with a float for each weight is divided like the weights;
 * any other part is a state of the row as a whole, and all ranks have it. Immutable.
 */
public final class RowColumns {

  private final RowFormat row;
  private final RowFormat own;
  private final int rank;

  /** Copied pieces: bytes from the start of the whole row, of the own columns, and how many. */
  private final int[] wholeAt;

  private final int[] ownAt;
  private final int[] lengths;

  /**
   * @param row the layout of a whole row
   * @throws IllegalArgumentException if the width does not {@linkplain #divides divide}
   */
  public RowColumns(RowFormat row, int rank, int ranks) {
    this.row = row;
    this.own = format(row, ranks);
    this.rank = rank;
    int pieces = 1 + row.state().size();
    wholeAt = new int[pieces];
    ownAt = new int[pieces];
    lengths = new int[pieces];
    int weightBytes = row.precision().bytes();
    lengths[0] = own.dim() * weightBytes;
    wholeAt[0] = rank * lengths[0];
    int wholePart = row.stateWord() * Float.BYTES;
    int ownPart = own.stateWord() * Float.BYTES;
    for (int p = 0; p < row.state().size(); p++) {
      int ownBytes = own.state().get(p).floats() * Float.BYTES;
      int wholeBytes = row.state().get(p).floats() * Float.BYTES;
      boolean divided = ownBytes < wholeBytes;
      lengths[1 + p] = ownBytes;
      wholeAt[1 + p] = wholePart + (divided ? rank * ownBytes : 0);
      ownAt[1 + p] = ownPart;
      wholePart += wholeBytes;
      ownPart += ownBytes;
    }
  }

  /** The width is divided in multiples of so many weights: whole words of 4 bytes. */
  public static int unit(RowFormat row) {
    return Float.BYTES / row.precision().bytes();
  }

  /** Whether rows have a width that so many ranks can divide. */
  public static boolean divides(RowFormat row, int ranks) {
    return row.dim() % (ranks * unit(row)) == 0;
  }

  /** The layout of the columns of one rank. All ranks have the same. */
  public static RowFormat format(RowFormat row, int ranks) {
    if (!divides(row, ranks)) {
      throw new IllegalArgumentException(row + " over " + ranks + " ranks");
    }
    List<StatePart> state = new ArrayList<>();
    for (StatePart part : row.state()) {
      boolean divided = part.floats() == row.dim();
      int floats = divided ? part.floats() / ranks : part.floats();
      state.add(new StatePart(part.name(), floats, part.start()));
    }
    return new RowFormat(row.dim() / ranks, row.precision(), state);
  }

  /** The layout of a whole row. */
  public RowFormat row() {
    return row;
  }

  /** The layout of this rank's columns. */
  public RowFormat format() {
    return own;
  }

  /** The first of this rank's columns. */
  public int first() {
    return rank * own.dim();
  }

  /** Copies this rank's columns of a whole row. */
  public void read(RowBuffer whole, int wholeRow, RowBuffer columns, int columnsRow) {
    for (int i = 0; i < lengths.length; i++) {
      columns
          .bytes(columnsRow)
          .put(
              columns.byteAt(columnsRow) + ownAt[i],
              whole.bytes(wholeRow),
              whole.byteAt(wholeRow) + wholeAt[i],
              lengths[i]);
    }
  }

  /** Replaces this rank's columns of a whole row: the inverse of {@link #read}. */
  public void write(RowBuffer columns, int columnsRow, RowBuffer whole, int wholeRow) {
    for (int i = 0; i < lengths.length; i++) {
      whole
          .bytes(wholeRow)
          .put(
              whole.byteAt(wholeRow) + wholeAt[i],
              columns.bytes(columnsRow),
              columns.byteAt(columnsRow) + ownAt[i],
              lengths[i]);
    }
  }
}
