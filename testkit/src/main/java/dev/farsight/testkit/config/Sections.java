package dev.farsight.testkit.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.Settings;

/** Makes the section that a part reads its settings from, as the engine does it. */
public final class Sections {

  /** The file that settings of tests are said to be in. */
  public static final String FILE = "my.conf";

  private Sections() {}

  /**
   * A section with some keys set, as if in line 1 of a file {@value #FILE}; all others have the
   * values of the {@code reference.conf} files that the part's class loader sees.
   *
   * @param path of the section, such as {@code farsight.cache.lfu}
   * @param keys in HOCON, such as {@code half-life = 4}
   * @param part an object of the part, such as its factory
   */
  public static Settings of(String path, String keys, Object part) {
    var options = ConfigParseOptions.defaults().setOriginDescription(FILE);
    var config =
        ConfigFactory.parseString(path + " {" + keys + "\n}", options)
            .withFallback(ConfigFactory.defaultReference(part.getClass().getClassLoader()))
            .resolve();
    return Settings.of(path, config.getConfig(path));
  }
}
