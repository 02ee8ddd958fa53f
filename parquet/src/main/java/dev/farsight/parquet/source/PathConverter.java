package dev.farsight.parquet.source;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** The way to the one column that is read, which Parquet's library takes to its values. */
final class PathConverter extends GroupConverter {

  private final Converter next;

  /**
   * @param depth how many names the column's path has
   */
  PathConverter(int depth, FieldValues values) {
    this.next = depth == 1 ? values : new PathConverter(depth - 1, values);
  }

  @Override
  public Converter getConverter(int field) {
    return next;
  }

  @Override
  public void start() {
    // Rows are not assembled.
  }

  @Override
  public void end() {
    // Rows are not assembled.
  }
}
