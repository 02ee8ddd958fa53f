package dev.farsight.api;

/**
 * Something the user can act on went wrong while running. The message is one line that says what,
 * where and what to do; it is shown alone, the stack trace goes to the log file.
 */
public class FarsightException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public FarsightException(String message) {
    super(message);
  }

  public FarsightException(String message, Throwable cause) {
    super(message, cause);
  }
}
