package dev.farsight.engine.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Version and commit of this build, from {@code version.properties}, which the build writes. */
public final class BuildInfo {

  private static final String RESOURCE = "/dev/farsight/engine/version.properties";

  private BuildInfo() {}

  /** The version, such as {@code 0.1.0}. */
  public static String version() {
    return property("version");
  }

  /** The commit; {@code unknown} if it was not built in a git checkout. */
  public static String commit() {
    String commit = property("commit");
    return commit.isBlank() || commit.startsWith("$") ? "unknown" : commit;
  }

  private static String property(String name) {
    try (InputStream in = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty(name, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
