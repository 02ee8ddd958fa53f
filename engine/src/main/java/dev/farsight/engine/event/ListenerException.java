package dev.farsight.engine.event;

import dev.farsight.api.FarsightException;

/** A {@link RunListener} has thrown an exception, which is the cause. */
public final class ListenerException extends FarsightException {

  private static final long serialVersionUID = 1L;

  /**
   * @param method the listener's method
   */
  public ListenerException(RunListener listener, String method, RuntimeException cause) {
    super(
        "the listener %s failed in %s(): %s"
            .formatted(listener.getClass().getName(), method, cause),
        cause);
  }
}
