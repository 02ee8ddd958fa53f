package dev.farsight.engine.build;

import dev.farsight.api.FarsightException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A scope of opened parts. Closes them in reverse order, all of them even if one fails. The first
 * failure is thrown; later ones are suppressed exceptions of it. One thread at a time.
 */
public final class Resources implements AutoCloseable {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Takes over a part; returns it. Any thread. */
  public synchronized <T extends AutoCloseable> T own(T part) {
    opened.push(part);
    return part;
  }

  /**
   * Closes all parts.
   *
   * @throws FarsightException the first failure
   */
  @Override
  public void close() {
    FarsightException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Throwable e) {
        if (failure == null) {
          failure = new FarsightException("could not be closed: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes all parts because of a failure. If closing fails too, that is suppressed. */
  public void closeAfter(Throwable failure) {
    try {
      close();
    } catch (FarsightException e) {
      failure.addSuppressed(e);
    }
  }
}
