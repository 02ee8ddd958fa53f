package dev.farsight.engine;

import dev.farsight.engine.metrics.BuildInfo;

/** Version and commit of this build of Farsight. */
public final class Version {

  private Version() {}

  /** Such as {@code 0.1.0}. */
  public static String number() {
    return BuildInfo.version();
  }

  /** The commit that was built, or {@code unknown} outside a git checkout. */
  public static String commit() {
    return BuildInfo.commit();
  }
}
