package dev.farsight.reading;

/**
 * A file that tells how many records it has. It holds no resources; passes open it. Safe for
 * concurrent use.
 */
public interface CountedFile {

  /** How many records there are. */
  long records();

  /** How its records are read. All files must have labels, or none. */
  FileLayout layout();

  /**
   * How many records each of the file's groups has, in order: stretches at whose first record
   * reading can begin without those before. A pass in random order takes them in random order.
   */
  long[] groups();

  /**
   * Opens a pass.
   *
   * @param first the record that comes first, from 0
   * @throws dev.farsight.api.FarsightException if the file cannot be read
   */
  Records from(long first);

  /**
   * Bytes of the Java heap that a pass takes, at most, for records that it has read ahead; 0 if it
   * is little.
   */
  default long passBytes() {
    return 0;
  }

  /**
   * What messages call a record, such as {@code clicks.parquet: row 12}.
   *
   * @param number as {@link Records#number} has it
   */
  String place(long number);
}
