package dev.farsight.engine.cache;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The location of each row, as one int. The location of a resident row is its slot. The location of
 * an absent row holds two things: the out-ring row that the row left by, and the policy's note on
 * the row. The out-ring row may be void by now; {@link Outbox} knows.
 *
 * <pre>
 *   location &gt;= 0                      the slot
 *   location &lt; 0     ~location = | note, {@value #NOTE_BITS} bits | out-ring row + 1, or 0 |
 * </pre>
 *
 * <p>A note costs no memory if the index has an int for every row anyway. A hash drops rows that
 * can no longer be forwarded, and keeps no notes. No notes are kept either if the row number of the
 * out-ring needs the bits of the note.
 */
final class RowLocations {

  private static final int NOTE_BITS = 10;
  private static final int RING_BITS = Integer.SIZE - 1 - NOTE_BITS;

  private static final int BLOCK_SHIFT = 12;
  private static final long BLOCK_ROWS = 1L << BLOCK_SHIFT;

  private final RowIndex index;

  /**
   * 1 for each block of rows of which one ever had a note. So saving notes costs the blocks used.
   * Planners of several regions set bytes at once, to the same value.
   */
  private final byte[] notedBlocks;

  private final int noteShift;
  private final int ringMask;

  /**
   * @param outRows rows of the out-ring
   * @param rows rows that can have notes
   */
  RowLocations(RowIndex index, int outRows, long rows) {
    this.index = index;
    noteShift = noteShift(!index.expires(), outRows);
    ringMask = (1 << noteShift) - 1;
    notedBlocks = new byte[maxNote() > 0 ? Math.toIntExact((rows >>> BLOCK_SHIFT) + 1) : 0];
  }

  /**
   * @param direct whether the index has an entry for every row
   */
  private static int noteShift(boolean direct, int outRows) {
    return direct && outRows < 1 << RING_BITS ? RING_BITS : Integer.SIZE - 1;
  }

  static int maxNote(boolean direct, int outRows) {
    return Integer.MAX_VALUE >>> noteShift(direct, outRows);
  }

  /** The largest note that is kept; 0 if no notes are kept. */
  int maxNote() {
    return Integer.MAX_VALUE >>> noteShift;
  }

  /** As {@link RowIndex#get(long[], int[], int, int, int[])}. */
  void get(long[] rows, int[] positions, int from, int count, int[] locations) {
    index.get(rows, positions, from, count, locations);
  }

  /** 0 if the location is a slot, otherwise 1. */
  static int absent(int location) {
    return location >>> 31;
  }

  /** The out-ring row in an absent row's location; negative if there is none. */
  int outRow(int location) {
    return (~location & ringMask) - 1;
  }

  /** The location without its out-ring row. */
  int withoutOutRow(int location) {
    return location | ringMask;
  }

  /** The note in an absent row's location. */
  int note(int location) {
    return ~location >>> noteShift;
  }

  private int location(int outRow, int note) {
    return ~(note << noteShift | outRow + 1);
  }

  /** The row is now in a slot. */
  void setSlot(long row, int slot) {
    index.set(row, slot);
  }

  /** The row has left its slot and is in the out-ring. */
  void setOutRow(long row, int outRow, int note) {
    index.set(row, location(outRow, note));
    if (note > 0) {
      markBlock(row);
    }
  }

  /** The row has left its slot, and the store has its value. */
  void setAbsent(long row, int note) {
    if (note == 0) {
      index.remove(row);
    } else {
      index.set(row, location(-1, note));
      markBlock(row);
    }
  }

  private void markBlock(long row) {
    int block = (int) (row >>> BLOCK_SHIFT);
    if (notedBlocks[block] == 0) {
      notedBlocks[block] = 1;
    }
  }

  /** The row can no longer be forwarded from this out-ring row. */
  void expire(long row, int outRow) {
    index.expire(row, location(outRow, 0));
  }

  /**
   * Writes the notes: for each block of 4,096 rows that ever had one, its number, and the notes of
   * its rows: a bit for each row, and 2 bytes for each note. Then -1.
   */
  void saveNotes(long rows, DataOutput out) throws IOException {
    for (int block = 0; block < notedBlocks.length; block++) {
      if (notedBlocks[block] != 0) {
        out.writeInt(block);
        long firstRow = (long) block << BLOCK_SHIFT;
        saveNotes(firstRow, Math.min(rows, firstRow + BLOCK_ROWS), out);
      }
    }
    out.writeInt(-1);
  }

  private void saveNotes(long firstRow, long rows, DataOutput out) throws IOException {
    for (long from = firstRow; from < rows; from += Long.SIZE) {
      long notedRows = 0;
      for (long row = from; row < Math.min(rows, from + Long.SIZE); row++) {
        // The sign bit, without a branch: whether a row has a note is as good as random.
        notedRows |= (long) -noteOf(row) >>> 63 << row;
      }
      out.writeLong(notedRows);
      for (long unwritten = notedRows; unwritten != 0; unwritten &= unwritten - 1) {
        out.writeShort(noteOf(from + Long.numberOfTrailingZeros(unwritten)));
      }
    }
  }

  private int noteOf(long row) {
    int location = index.get(row);
    return note(location) & -absent(location);
  }

  /** Reads what {@link #saveNotes} wrote. */
  void restoreNotes(long rows, DataInput in) throws IOException {
    for (int block = in.readInt(); block >= 0; block = in.readInt()) {
      long firstRow = (long) block << BLOCK_SHIFT;
      restoreNotes(firstRow, Math.min(rows, firstRow + BLOCK_ROWS), in);
    }
  }

  private void restoreNotes(long firstRow, long rows, DataInput in) throws IOException {
    for (long from = firstRow; from < rows; from += Long.SIZE) {
      for (long unread = in.readLong(); unread != 0; unread &= unread - 1) {
        setAbsent(from + Long.numberOfTrailingZeros(unread), in.readShort());
      }
    }
  }
}
