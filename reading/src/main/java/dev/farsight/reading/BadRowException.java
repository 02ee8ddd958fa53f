package dev.farsight.reading;

/**
 * A record is malformed. The message says what is wrong, such as {@code column age: 'x' is not a
 * number}; file and line are added to it. {@code data.on-bad-row} decides what becomes of it. It
 * carries no stack trace, because a file may have millions of such records.
 */
public final class BadRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param complaint what is wrong, without file and line
   */
  public BadRowException(String complaint) {
    super(complaint, null, false, false);
  }
}
