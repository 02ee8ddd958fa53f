package dev.farsight.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parses overrides of the command line such as {@code cache.size=5%}. Lists, objects, quoted texts,
 * numbers, true, false, null and texts with a substitution are parsed as HOCON. Any other text is
 * used unchanged, so paths, commas and {@code #} need no quotes except the shell's. The origin of
 * the values is {@code --set KEY}, which messages show.
 */
final class Overrides {

  private static final String ROOT = "farsight";

  private static final Pattern HOCON =
      Pattern.compile(
          "(?s)[\\[{\"].*|.*\\$\\{.*|true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private Overrides() {}

  /** Parses one override; the result has the root {@code farsight}. */
  static Config parse(String keyAndValue) {
    int equals = keyAndValue.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("--set " + Quoted.of(keyAndValue) + ": write KEY=VALUE");
    }
    String key = keyAndValue.substring(0, equals).strip();
    String text = keyAndValue.substring(equals + 1).strip();
    var origin = ConfigOriginFactory.newSimple("--set " + key);
    ConfigValue value = value(text, origin);
    List<String> path = path(key);
    for (int i = path.size() - 1; i >= 0; i--) {
      value = ConfigValueFactory.fromMap(Map.of(path.get(i), value), origin.description());
    }
    return ((ConfigObject) value).toConfig();
  }

  private static List<String> path(String key) {
    try {
      var path = new ArrayList<>(ConfigUtil.splitPath(key));
      if (!path.get(0).equals(ROOT)) {
        path.add(0, ROOT);
      }
      return path;
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException("--set " + key + ": not a key", e);
    }
  }

  private static ConfigValue value(String text, ConfigOrigin origin) {
    if (text.isEmpty()) {
      throw new ConfigException(origin.description() + ": no value; write null to unset a key");
    }
    if (!HOCON.matcher(text).matches()) {
      return ConfigValueFactory.fromAnyRef(text, origin.description());
    }
    try {
      var options = LocalIncludes.options();
      return withOrigin(
          origin, ConfigFactory.parseString("value = " + text, options).root().get("value"));
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(
          origin.description() + ": '" + Quoted.of(text) + "' is not a HOCON value: " + reason(e),
          e);
    } catch (StackOverflowError e) {
      throw new ConfigException(origin.description() + ": is nested too deeply", e);
    }
  }

  /**
   * The parser's message without its position in the text of the override, which does not help the
   * user.
   */
  private static String reason(com.typesafe.config.ConfigException e) {
    return OneLine.of(e).replaceFirst("^String: \\d+: ", "");
  }

  /** The value with another origin, also for the values in it. */
  private static ConfigValue withOrigin(ConfigOrigin origin, ConfigValue value) {
    if (value instanceof ConfigObject object && resolved(value)) {
      ConfigObject result = object;
      for (var entry : object.entrySet()) {
        result = result.withValue(entry.getKey(), withOrigin(origin, entry.getValue()));
      }
      return result.withOrigin(origin);
    }
    if (value instanceof ConfigList list && resolved(value)) {
      return ConfigValueFactory.fromIterable(
          list.stream().map(item -> withOrigin(origin, item)).toList(), origin.description());
    }
    return value.withOrigin(origin);
  }

  private static boolean resolved(ConfigValue value) {
    return value.atKey("value").isResolved();
  }
}
