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

  private final Field field;
  private final MessageType schema;
  private final FieldValues values;
  private final int present;

  private ColumnReader reader;

  /** Values of the row group, nulls included, that were not read yet. */
  private long left;

  FieldReader(Field field, MessageType schema) {
    this.field = field;
    this.schema = schema;
    this.values = new FieldValues(field);
    this.present = field.leaf().getMaxDefinitionLevel();
  }

  /** Begins a row group. */
  void start(PageReadStore pages, String createdBy, long rows) {
    var root = new PathConverter(field.leaf().getPath().length, values);
    reader = new ColumnReadStoreImpl(pages, root, schema, createdBy).getColumnReader(field.leaf());
    left = reader.getTotalValueCount();
    if (left < rows || (left > rows && !field.list())) {
      throw new IllegalStateException(
          "column " + field.name() + " has " + left + " values, and there are " + rows + " rows");
    }
  }

  /** Adds what the column has in the next row. */
  void read(GrowingBytes into) {
    values.into(into);
    boolean any = false;
    do {
      requireValue();
      int level = reader.getCurrentDefinitionLevel();
      if (any) {
        into.add((byte) BagRule.LISTED);
      }
      if (level == present) {
        reader.writeCurrentValueToConverter();
      }
      reader.consume();
      any = true;
    } while (reader.getCurrentRepetitionLevel() > 0);
  }

  /** Passes over the next row. */
  void skip() {
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
