package dev.farsight.engine.cache;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Where rows are, in an int each: a resident row's slot; of others, where the out-ring had the row
 * when it left, which may be void by now ({@link Outbox} knows), and what the policy noted of it.
 *
 * <pre>
 *   place &gt;= 0                      the slot
 *   place &lt; 0     ~place = | note, {@value #NOTE_BITS} bits | ring row + 1, or 0 |
 * </pre>
 *
 * <p>So a row's note costs nothing where the index has an int for each row there is. A hash drops
 * rows that can no longer be forwarded, and keeps no notes; nor are there any if the out-ring is
 * too large for what the note leaves of the int.
 */
final class RowPlaces {

  private static final int NOTE_BITS = 10;
  private static final int RING_BITS = Integer.SIZE - 1 - NOTE_BITS;

  private final RowIndex index;
  private final int noteShift;
  private final int ringMask;

  /**
   * @param outRows rows of the out-ring
   */
  RowPlaces(RowIndex index, int outRows) {
    this.index = index;
    boolean notes = !index.expires() && outRows < 1 << RING_BITS;
    noteShift = notes ? RING_BITS : Integer.SIZE - 1;
    ringMask = (1 << noteShift) - 1;
  }

  /** The largest note that is kept; 0 if none are. */
  int mostNote() {
    return Integer.MAX_VALUE >>> noteShift;
  }

  /** As {@link RowIndex#get(long[], int[], int, int, int[])}. */
  void get(long[] rows, int[] positions, int from, int count, int[] places) {
    index.get(rows, positions, from, count, places);
  }

  /** 0 where a place is a slot, 1 otherwise. */
  static int absent(int place) {
    return place >>> 31;
  }

  /** The out-ring's row of an absent row's place, negative if there is none. */
  int outRow(int place) {
    return (~place & ringMask) - 1;
  }

  /** The place without the out-ring's row. */
  int withoutOutRow(int place) {
    return place | ringMask;
  }

  /** What is noted of an absent row. */
  int note(int place) {
    return ~place >>> noteShift;
  }

  private int place(int outRow, int note) {
    return ~(note << noteShift | outRow + 1);
  }

  /** The row is in a slot. */
  void in(long row, int slot) {
    index.set(row, slot);
  }

  /** The row has left, by way of the out-ring. */
  void left(long row, int outRow, int note) {
    index.set(row, place(outRow, note));
  }

  /** The row has left, and the store has its value. */
  void left(long row, int note) {
    if (note == 0) {
      index.remove(row);
    } else {
      index.set(row, place(-1, note));
    }
  }

  /** A row of the out-ring may no longer be forwarded. */
  void expire(long row, int outRow) {
    index.expire(row, place(outRow, 0));
  }

  /** Writes the notes of {@code rows} rows: a bit each, and 2 bytes for each note. */
  void saveNotes(long rows, DataOutput out) throws IOException {
    for (long from = 0; from < rows; from += Long.SIZE) {
      long noted = 0;
      for (long row = from; row < Math.min(rows, from + Long.SIZE); row++) {
        noted |= noteOf(row) > 0 ? 1L << row : 0;
      }
      out.writeLong(noted);
      for (long left = noted; left != 0; left &= left - 1) {
        out.writeShort(noteOf(from + Long.numberOfTrailingZeros(left)));
      }
    }
  }

  private int noteOf(long row) {
    int place = index.get(row);
    return absent(place) == 0 ? 0 : note(place);
  }

  /** Reads what {@link #saveNotes} wrote. */
  void restoreNotes(long rows, DataInput in) throws IOException {
    for (long from = 0; from < rows; from += Long.SIZE) {
      for (long left = in.readLong(); left != 0; left &= left - 1) {
        left(from + Long.numberOfTrailingZeros(left), in.readShort());
      }
    }
  }
}
