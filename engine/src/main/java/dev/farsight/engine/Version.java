package dev.farsight.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is. */
public final class Version {

  private Version() {}

  /** Such as {@code 0.1.0}. */
  public static String number() {
    return property("version");
  }

  /** The commit that was built, or {@code unknown} outside a git checkout. */
  public static String commit() {
    String commit = property("commit");
    return commit.isBlank() || commit.startsWith("$") ? "unknown" : commit;
  }

  private static String property(String name) {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty(name, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
