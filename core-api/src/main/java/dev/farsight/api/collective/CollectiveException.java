package dev.farsight.api.collective;

import dev.farsight.api.FarsightException;

/**
 * Thrown by the operations of a group that has failed. The message names the group, the rank that
 * is to blame, and the reason.
 */
public final class CollectiveException extends FarsightException {

  private static final long serialVersionUID = 1L;

  private final int rank;

  /**
   * @param rank the rank to blame: it aborted, died, hung, or did not do what others did
   */
  public CollectiveException(String message, int rank) {
    super(message);
    this.rank = rank;
  }

  public CollectiveException(String message, int rank, Throwable cause) {
    super(message, cause);
    this.rank = rank;
  }

  /** The rank to blame: it aborted, died, hung, or did not do what others did. */
  public int rank() {
    return rank;
  }
}
