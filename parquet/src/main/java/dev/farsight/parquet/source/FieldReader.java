package dev.farsight.parquet.source;

import dev.farsight.reading.BagRule;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.schema.MessageType;

/**
 * Reads a column row by row. A null is an empty field, and so is an empty list; the values of a
 * list stand behind each other with {@link BagRule#LISTED} between them. Not thread-safe.
 */
final class FieldReader {

  private static final int MOST_AHEAD = 256;

  /** So many bytes are enough. */
  private static final int ENOUGH = 1 << 16;

  private final Field field;
  private final MessageType schema;
  private final FieldValues values;
  private final int present;

  /** Some rows ahead: going on in one column is much quicker than from column to column. */
  private final GrowingBytes ahead = new GrowingBytes();

  private final int[] ends = new int[MOST_AHEAD];
  private int filled;
  private int next;

  private ColumnReader reader;

  /** Rows of the row group that are neither read nor skipped. */
  private long rowsLeft;

  /** Values of the row group, nulls included, that were not read yet. */
  private long left;

  FieldReader(Field field, MessageType schema) {
    this.field = field;
    this.schema = schema;
    this.values = new FieldValues(field);
    this.present = field.leaf().getMaxDefinitionLevel();
  }

  /** Begins a row group. */
  @SuppressWarnings("deprecation") // how many values there are is told nowhere else
  void start(PageReadStore pages, String createdBy, long rows) {
    var root = new PathConverter(field.leaf().getPath().length, values);
    reader = new ColumnReadStoreImpl(pages, root, schema, createdBy).getColumnReader(field.leaf());
    left = reader.getTotalValueCount();
    rowsLeft = rows;
    filled = 0;
    next = 0;
    if (left < rows || (left > rows && !field.list())) {
      throw new IllegalStateException(
          "column " + field.name() + " has " + left + " values, and there are " + rows + " rows");
    }
  }

  /** Lets go of the row group, so that two are never in memory. */
  void end() {
    reader = null;
  }

  /** Adds what the column has in the next row. */
  void read(GrowingBytes into) {
    if (next == filled) {
      fill();
    }
    into.add(ahead.array(), next == 0 ? 0 : ends[next - 1], ends[next]);
    next++;
  }

  private void fill() {
    ahead.setLength(0);
    values.into(ahead);
    next = 0;
    filled = 0;
    int rows = (int) Math.min(MOST_AHEAD, rowsLeft);
    while (filled < rows && ahead.length() < ENOUGH) {
      readRow();
      ends[filled++] = ahead.length();
    }
    rowsLeft -= filled;
  }

  private void readRow() {
    boolean any = false;
    do {
      requireValue();
      int level = reader.getCurrentDefinitionLevel();
      if (any) {
        ahead.add((byte) BagRule.LISTED);
      }
      if (level == present) {
        reader.writeCurrentValueToConverter();
      }
      reader.consume();
      any = true;
    } while (reader.getCurrentRepetitionLevel() > 0);
  }

  /** Passes over the next row; before any is read of the row group. */
  void skip() {
    rowsLeft--;
    do {
      requireValue();
      if (reader.getCurrentDefinitionLevel() == present) {
        reader.skip();
      }
      reader.consume();
    } while (reader.getCurrentRepetitionLevel() > 0);
  }

  private void requireValue() {
    if (left-- == 0) {
      throw new IllegalStateException("column " + field.name() + " ends before the row group");
    }
  }
}
