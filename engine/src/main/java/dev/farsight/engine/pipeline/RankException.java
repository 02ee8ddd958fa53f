package dev.farsight.engine.pipeline;

import dev.farsight.api.FarsightException;

/** One of several ranks cannot go on. The message names the rank and its device. */
public final class RankException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final int rank;

  RankException(int rank, String message, Throwable cause) {
    super(message, cause);
    this.rank = rank;
  }

  /** The rank that failed. */
  public int rank() {
    return rank;
  }
}
