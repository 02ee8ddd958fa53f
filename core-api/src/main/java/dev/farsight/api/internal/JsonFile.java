package dev.farsight.api.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads JSON that Farsight wrote. It is data: nothing in it is included or substituted. Files of
 * more than 16 MiB, or nested deeper than 100 levels, are refused before they are parsed.
 */
public final class JsonFile {

  private static final int MAX_BYTES = 1 << 24;
  private static final int MAX_DEPTH = 100;

  private JsonFile() {}

  /**
   * The bytes of a file that exists.
   *
   * @throws FarsightException if it is larger than 16 MiB
   */
  public static byte[] bytes(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw damaged(file, "it has more than " + Sizes.text(MAX_BYTES));
      }
      return bytes;
    }
  }

  /**
   * Parses a file's text.
   *
   * @throws FarsightException if it is not a JSON object
   */
  public static Config parse(Path file, String text) {
    if (tooDeep(text)) {
      throw damaged(file, "it is nested deeper than " + MAX_DEPTH + " levels");
    }
    var options =
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.JSON)
            .setOriginDescription(file.getFileName().toString());
    try {
      return ConfigFactory.parseString(text, options);
    } catch (ConfigException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Parses a file's content and makes an object of it.
   *
   * @param content takes what it needs from the JSON; may throw {@link ConfigException} for a key
   *     that is missing or of the wrong type, and {@link IllegalArgumentException} for a value
   * @throws FarsightException for what {@code content} throws; the message names file and key
   */
  public static <T> T parse(Path file, byte[] json, Function<Config, T> content) {
    Config config = parse(file, new String(json, StandardCharsets.UTF_8));
    try {
      return content.apply(config);
    } catch (ConfigException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
  }

  private static FarsightException damaged(Path file, RuntimeException e) {
    return new FarsightException(
        file + ": cannot be read, it is damaged: " + Quoted.of(String.valueOf(e.getMessage())), e);
  }

  private static FarsightException damaged(Path file, String reason) {
    return new FarsightException(file + ": cannot be read, it is damaged: " + reason);
  }

  /** Whether brackets outside of strings are nested too deeply for parsers that recurse. */
  private static boolean tooDeep(String json) {
    int depth = 0;
    boolean string = false;
    for (int i = 0; i < json.length(); i++) {
      switch (json.charAt(i)) {
        case '\\' -> i += string ? 1 : 0;
        case '"' -> string = !string;
        case '{', '[' -> depth += string ? 0 : 1;
        case '}', ']' -> depth -= string ? 0 : 1;
        default -> {
          // No bracket.
        }
      }
      if (depth > MAX_DEPTH) {
        return true;
      }
    }
    return false;
  }
}
