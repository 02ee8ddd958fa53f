package dev.farsight.api.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.api.FarsightException;
import java.nio.file.Path;

/** Reads JSON that Farsight wrote. It is data: nothing in it is included or substituted. */
public final class JsonFile {

  private JsonFile() {}

  /**
   * Parses a file's text.
   *
   * @throws FarsightException if it is not a JSON object
   */
  public static Config parse(Path file, String text) {
    var options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.JSON)
            .setOriginDescription(file.getFileName().toString());
    try {
      return ConfigFactory.parseString(text, options);
    } catch (ConfigException e) {
      throw new FarsightException(file + ": cannot be read, it is damaged: " + e.getMessage(), e);
    }
  }
}
