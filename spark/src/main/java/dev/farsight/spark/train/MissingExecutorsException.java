package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;

/** Executors were lost, and no others have come. */
final class MissingExecutorsException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final int left;

  MissingExecutorsException(int left, String message, Throwable cause) {
    super(message, cause);
    this.left = left;
  }

  /** How many executors there are. */
  int left() {
    return left;
  }
}
