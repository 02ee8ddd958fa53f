package dev.farsight.api.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadPath;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a section of the configuration with range checks. Every complaint is a {@link
 * ConfigException} of one line that names file, line, key, the value found and what is allowed:
 *
 * <pre>my.conf: 12: farsight.cache.lfu.half-life: -3 is not a number from 1 to 1000000</pre>
 *
 * <p>A section is a {@link Config} and the path it stands at, for messages only. Immutable.
 */
public final class Settings {

  private final String path;
  private final Config config;

  private Settings(String path, Config config) {
    this.path = path;
    this.config = config;
  }

  /**
   * The section {@code config}, which stands at {@code path} (such as {@code farsight.cache.lfu}).
   */
  public static Settings of(String path, Config config) {
    return new Settings(path, config);
  }

  /** A section below this one; empty where the configuration has none. */
  public Settings section(String key) {
    return new Settings(
        path + "." + key,
        has(key) ? config.getConfig(key) : com.typesafe.config.ConfigFactory.empty());
  }

  public String path() {
    return path;
  }

  public Config config() {
    return config;
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    try {
      return config.hasPath(key);
    } catch (BadPath e) {
      return false;
    }
  }

  public String string(String key) {
    ConfigValue value = value(key);
    Object plain = value.unwrapped();
    if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
      throw bad(key, value, "is not a text");
    }
    return String.valueOf(plain);
  }

  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(string(key)) : Optional.empty();
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> strings(String key) {
    ConfigValue value = value(key);
    if (value instanceof ConfigList list) {
      var texts = new ArrayList<String>();
      list.forEach(item -> texts.add(String.valueOf(item.unwrapped())));
      return List.copyOf(texts);
    }
    return List.of(string(key));
  }

  public boolean bool(String key) {
    String text = string(key).toLowerCase(Locale.ROOT);
    return switch (text) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw bad(key, value(key), "is neither true nor false");
    };
  }

  /** A whole number in [min, max]. */
  public int integer(String key, int min, int max) {
    return (int) whole(key, value(key), min, max);
  }

  /** A whole number in [min, max]. */
  public long longInteger(String key, long min, long max) {
    return whole(key, value(key), min, max);
  }

  /** A list of whole numbers, each in [min, max]; a single number counts as a list of one. */
  public int[] integers(String key, int min, int max) {
    ConfigValue value = value(key);
    if (value instanceof ConfigList list) {
      return list.stream().mapToInt(item -> (int) whole(key, item, min, max)).toArray();
    }
    return new int[] {integer(key, min, max)};
  }

  /** A number in [min, max]. */
  public double number(String key, double min, double max) {
    ConfigValue value = value(key);
    String wanted = "is not a number from " + plain(min) + " to " + plain(max);
    double number;
    try {
      number = Double.parseDouble(String.valueOf(value.unwrapped()).trim());
    } catch (NumberFormatException e) {
      throw bad(key, value, wanted);
    }
    if (!(number >= min && number <= max)) {
      throw bad(key, value, wanted);
    }
    return number;
  }

  /** A size in bytes, as HOCON writes them: {@code 4 GiB}, {@code 512k}, {@code 1000}. */
  public long bytes(String key) {
    ConfigValue value = value(key);
    try {
      long bytes = config.getBytes(key);
      if (bytes >= 0) {
        return bytes;
      }
    } catch (com.typesafe.config.ConfigException e) {
      // Told below, with the place.
    }
    throw bad(key, value, "is not a size in bytes such as 512 MiB or 4 GiB");
  }

  /** One of the names given. */
  public String choice(String key, List<String> names) {
    String name = string(key);
    if (!names.contains(name)) {
      throw bad(key, value(key), "is none of " + String.join(", ", names));
    }
    return name;
  }

  /** A complaint about a key's value: {@code place: path.key: value complaint}. */
  public ConfigException bad(String key, String complaint) {
    if (!has(key)) {
      return new ConfigException(place(config.root()) + path + "." + key + " " + complaint);
    }
    return bad(key, value(key), complaint);
  }

  private ConfigException bad(String key, ConfigValue value, String complaint) {
    String shown =
        value.valueType() == ConfigValueType.STRING
            ? "'" + value.unwrapped() + "'"
            : value.render(com.typesafe.config.ConfigRenderOptions.concise());
    return new ConfigException(place(value) + path + "." + key + ": " + shown + " " + complaint);
  }

  private ConfigValue value(String key) {
    if (!has(key)) {
      throw new ConfigException(place(config.root()) + path + "." + key + " is not set");
    }
    return config.getValue(key);
  }

  private long whole(String key, ConfigValue value, long min, long max) {
    String wanted = "is not a whole number from " + min + " to " + max;
    try {
      long number =
          new java.math.BigDecimal(String.valueOf(value.unwrapped()).trim()).longValueExact();
      if (number >= min && number <= max) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Told below, with the place.
    }
    throw bad(key, value, wanted);
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /** File and line; an override of the command line has no line. */
  private static String place(ConfigValue value) {
    String where = value.origin().description();
    return value.origin().lineNumber() >= 0 || where.startsWith("--set ") ? where + ": " : "";
  }
}
