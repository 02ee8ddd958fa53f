package dev.farsight.api;

/**
 * Thrown if a run fails for a reason that the user can act on. The message is one line that says
 * what failed, where, and what to do. The user sees the message alone; the stack trace goes to the
 * log file.
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
