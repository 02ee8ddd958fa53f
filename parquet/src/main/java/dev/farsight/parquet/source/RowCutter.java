package dev.farsight.parquet.source;

import dev.farsight.reading.Fields;
import dev.farsight.reading.RecordParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds the fields of a row: first stand the ends of all fields, relative to the row, as
 * little-endian int32, then the fields themselves.
 */
final class RowCutter implements RecordParser {

  private final int[] starts;
  private final int[] ends;

  RowCutter(int fields) {
    this.starts = new int[fields];
    this.ends = new int[fields];
  }

  /** Where the first of so many fields begins. */
  static int firstField(int fields) {
    return fields * Integer.BYTES;
  }

  @Override
  public void parse(byte[] bytes, int from, int to, Fields into) {
    ByteBuffer row = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = from + firstField(starts.length);
    for (int f = 0; f < starts.length; f++) {
      starts[f] = start;
      start = from + row.getInt(from + f * Integer.BYTES);
      ends[f] = start;
    }
    into.at(starts, ends, starts.length);
  }
}
