package dev.farsight.storage.offheap;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.farsight.api.config.Settings;

/** The module's reference.conf, with some keys set. */
final class TestSettings {

  private static final String PATH = "farsight.storage.offheap";

  private TestSettings() {}

  static Settings of(String keys) {
    var options = ConfigParseOptions.defaults().setOriginDescription("my.conf");
    var config =
        ConfigFactory.parseString(PATH + " {" + keys + "}", options)
            .withFallback(ConfigFactory.parseResources("reference.conf"))
            .resolve();
    return Settings.of(PATH, config.getConfig(PATH));
  }
}
