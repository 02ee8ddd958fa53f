package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;

/** Files of a version were deleted, as the run has gone on. List the versions again. */
public final class VersionGoneException extends FarsightException {

  private static final long serialVersionUID = 1L;

  VersionGoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
