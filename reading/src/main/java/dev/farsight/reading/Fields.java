package dev.farsight.reading;

/**
 * Takes the fields of one record from a {@link RecordParser}. A field is text, even if it holds a
 * number: the columns say how it is read. A field that is not handed over is empty, which is how a
 * missing value looks. Hand over a missing value that the record names, null or an empty list, as
 * an empty text: a column that none of the first records has is taken to be misspelt.
 *
 * <p>The fields of a record go either by name or by position. Names are those of {@link
 * Columns#fieldNames}. Positions are for formats whose files have a {@link FileLayout}.
 */
public interface Fields {

  /** Whether a column has this name, so that what it holds is read. */
  boolean reads(String name);

  /**
   * Sets a field to a text. A name that no column has is passed over, so a parser may hand over all
   * that it finds. Copies the text.
   */
  void set(String name, String text);

  /**
   * Adds a value to a field that is a list of values: a bag, or the weights of a bag, with any
   * {@link BagRule#separator} but {@link BagRule#NO_SEPARATOR}. For any other column this is {@link
   * #set}, once: a list of one value is that value. A name that no column has is passed over.
   * Copies the text.
   *
   * @throws BadRowException if it is a second value of a field that holds one
   */
  void add(String name, String text);

  /**
   * Hands over all fields of a record at once, by position: the i-th stands at [starts[i], ends[i])
   * of the record's bytes. Nothing is copied, so the arrays belong to the record until the parser
   * gets its next one.
   */
  void at(int[] starts, int[] ends, int count);
}
