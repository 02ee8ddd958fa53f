package dev.farsight.engine.process;

import dev.farsight.api.FarsightException;

/**
 * All processes have found the same fault in what they told each other, and each throws this. So
 * nobody needs to be told.
 */
public final class AgreedException extends FarsightException {

  private static final long serialVersionUID = 1L;

  public AgreedException(String message) {
    super(message);
  }
}
