package dev.farsight.engine.checkpoint;

import dev.farsight.api.FarsightException;

/**
 * No deltas lead from one version to the other: it must be loaded in full. The message says why.
 */
public final class FullLoadException extends FarsightException {

  private static final long serialVersionUID = 1L;

  FullLoadException(String message) {
    super(message);
  }
}
