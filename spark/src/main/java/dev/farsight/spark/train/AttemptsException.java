package dev.farsight.spark.train;

import dev.farsight.api.FarsightException;

/** Spark has tried the stage as often as it may. */
final class AttemptsException extends FarsightException {

  private static final long serialVersionUID = 1L;

  AttemptsException(String message, Throwable cause) {
    super(message, cause);
  }
}
