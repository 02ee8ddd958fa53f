package dev.farsight.datasets.text;

import dev.farsight.reading.BadRowException;
import dev.farsight.reading.Columns;
import dev.farsight.reading.FileLayout;
import dev.farsight.reading.RecordFormat;
import java.util.List;

/**
 * Rows of fields with a separator between them.
 *
 * @param separator the byte between two fields
 * @param quotes whether fields may be quoted as RFC 4180 has it
 * @param header whether each file begins with a row of column names
 * @param layouts finds the columns of a file
 */
public record DelimitedFormat(
    char separator, boolean quotes, boolean header, Columns columns, Layouts layouts)
    implements RecordFormat {

  /** Finds the columns of a file. */
  @FunctionalInterface
  public interface Layouts {

    /**
     * @param columns those whose positions are wanted
     * @param first the fields of the header, or without header those of the first row
     * @throws BadRowException if a column is missing
     */
    FileLayout of(DelimitedFormat format, Columns columns, List<String> first);
  }

  @Override
  public int quotedFieldSeparator() {
    return quotes ? separator : NO_QUOTES;
  }

  @Override
  public FileLayout layout(Columns wanted, byte[] first) {
    return layouts.of(this, wanted, parser(0, 0).texts(first, 0, first.length));
  }

  /**
   * What is probably wrong with a file whose first row lacks columns, to follow on the complaint;
   * empty if nothing is suspected.
   *
   * @param what the row, as in {@code the header}
   */
  public static String hint(List<String> first, String what) {
    return DialectHints.of(first, what);
  }

  /**
   * A parser of rows.
   *
   * @param fields how many fields a whole row has
   * @param least how many fields a row must have at least: fewer than {@code fields} where a
   *     trailing run of empty ones may have been stripped
   */
  public DelimitedParser parser(int fields, int least) {
    return new DelimitedParser(this, fields, least);
  }
}
