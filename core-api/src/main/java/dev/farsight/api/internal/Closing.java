package dev.farsight.api.internal;

import dev.farsight.api.FarsightException;

/**
 * Closes several things, all of them even if some fail. The first failure is thrown; later ones are
 * suppressed exceptions of it. A lambda stands for a step that is no {@code close()}.
 */
public final class Closing {

  private Closing() {}

  /** Closes all parts, in the order given. */
  public static void all(AutoCloseable... parts) {
    Throwable first = close(null, parts);
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
    if (first != null) {
      throw new FarsightException("could not be closed: " + first.getMessage(), first);
    }
  }

  /** Closes all parts because of a failure. If closing fails too, that is suppressed. */
  public static void after(Throwable failure, AutoCloseable... parts) {
    close(failure, parts);
  }

  private static Throwable close(Throwable failure, AutoCloseable... parts) {
    Throwable first = failure;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Throwable t) {
        if (first == null) {
          first = t;
        } else if (first != t) {
          first.addSuppressed(t);
        }
      }
    }
    return first;
  }
}
