package dev.farsight.reading;

/** One pass over the records of a file. Not thread-safe. */
public interface Records extends AutoCloseable {

  /**
   * Moves to the next record; false at the end of the file.
   *
   * @throws dev.farsight.api.FarsightException if the file cannot be read
   */
  boolean next();

  /**
   * The buffer that holds the record at [{@link #from}, {@link #to}). The next call of {@link
   * #next} overwrites it.
   */
  byte[] bytes();

  int from();

  int to();

  /** The number of the record, from 1, as messages give it: that of its line, or of the row. */
  long number();

  @Override
  void close();
}
