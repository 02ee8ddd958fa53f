package dev.farsight.reading;

/**
 * Takes the fields of one record from a {@link RecordParser}. A field is text, even if it holds a
 * number: the columns say how it is read. A field that is not handed over is empty, which is how a
 * missing value looks.
 *
 * <p>Fields go either by name or by position. Names are those of {@link Columns#fieldNames}.
 * Positions are for formats whose files have a {@link FileLayout}.
 */
public interface Fields {

  /** Most fields of a record: bounds what a file of nothing but separators takes. */
  int MOST = 1 << 17;

  /** Whether a column has this name, so that what it holds is read. */
  boolean reads(String name);

  /**
   * Sets a field to a text. A name that no column has is passed over, so a parser may hand over all
   * that it finds. Copies the text.
   */
  void set(String name, String text);

  /**
   * Adds a value to a field that is a list of values: a bag, or the weights of a bag. The column's
   * {@link BagRule#separator} must be {@link BagRule#LISTED}. A name that no column has is passed
   * over. Copies the text.
   *
   * @throws BadRowException if the field holds one value
   */
  void add(String name, String text);

  /**
   * Appends the next field, which stands at [from, to) of the record's bytes and is not copied.
   *
   * @throws BadRowException if there are {@link #MOST} already
   */
  void append(int from, int to);
}
