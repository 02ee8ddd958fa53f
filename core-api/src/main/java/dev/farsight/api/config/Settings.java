package dev.farsight.api.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadPath;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Places;
import dev.farsight.api.internal.Quoted;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a section of the configuration with range checks. Every error is a {@link ConfigException},
 * whose message is one line that names file, line, key, the value found and the values allowed:
 *
 * <pre>my.conf: 12: farsight.cache.lfu.half-life: -3 is not a number from 1 to 1000000</pre>
 *
 * <p>A section is a {@link Config} and its path, which appears in messages only. Immutable.
 */
public final class Settings {

  /** What sections begin with whose keys are all in a reference.conf. */
  private static final String ROOT = "farsight.";

  private static final int LONGEST_NUMBER = 400;
  private static final Pattern PLAIN_NUMBER = Pattern.compile("[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?");

  private final String path;
  private final Config config;

  private Settings(String path, Config config) {
    this.path = path;
    this.config = config;
  }

  /** The section {@code config} at the path {@code path}, such as {@code farsight.cache.lfu}. */
  public static Settings of(String path, Config config) {
    return new Settings(path, config);
  }

  /** The section at {@code key} below this one; empty if the configuration has no such section. */
  public Settings section(String key) {
    return new Settings(
        path + "." + key,
        has(key) ? config.getConfig(key) : com.typesafe.config.ConfigFactory.empty());
  }

  /** The same section with other values for some of its keys. */
  public Settings with(Map<String, ?> values) {
    Config changed = config;
    for (Map.Entry<String, ?> value : values.entrySet()) {
      changed = changed.withValue(value.getKey(), ConfigValueFactory.fromAnyRef(value.getValue()));
    }
    return new Settings(path, changed);
  }

  public String path() {
    return path;
  }

  public Config config() {
    return config;
  }

  /** Whether the key is set and not null. */
  public boolean has(String key) {
    try {
      return config.hasPath(key);
    } catch (BadPath e) {
      return false;
    }
  }

  public String string(String key) {
    ConfigValue value = value(key);
    Object unwrapped = value.unwrapped();
    if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
      throw bad(key, value, "is not a string");
    }
    return String.valueOf(unwrapped);
  }

  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(string(key)) : Optional.empty();
  }

  /** The path of a file or folder. */
  public Path path(String key) {
    try {
      return Path.of(string(key));
    } catch (InvalidPathException e) {
      throw bad(key, "is not the path of a file: " + Quoted.of(String.valueOf(e.getReason())));
    }
  }

  public Optional<Path> optionalPath(String key) {
    return has(key) ? Optional.of(path(key)) : Optional.empty();
  }

  /** A list of strings; a single string counts as a list of one. */
  public List<String> strings(String key) {
    ConfigValue value = value(key);
    if (value instanceof ConfigList list) {
      var strings = new ArrayList<String>();
      list.forEach(item -> strings.add(String.valueOf(item.unwrapped())));
      return List.copyOf(strings);
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
    try {
      double number = Double.parseDouble(numeral(value));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, with file and line.
    }
    throw bad(key, value, "is not a number from " + plain(min) + " to " + plain(max));
  }

  /**
   * A share of a whole, in [min, max]: {@code 0.25}, {@code .25} or {@code "25%"}, which are alike.
   */
  public double share(String key, double min, double max) {
    ConfigValue value = value(key);
    try {
      String text = numeral(value);
      double share =
          text.endsWith("%")
              ? new BigDecimal(text.substring(0, text.length() - 1).trim())
                  .movePointLeft(2)
                  .doubleValue()
              : Double.parseDouble(text);
      if (share >= min && share <= max) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Reported below, with file and line.
    }
    throw bad(
        key,
        value,
        "is not a share from "
            + plain(min)
            + " to "
            + plain(max)
            + "; write it as a number or in percent, such as 0.25 or \"25%\"");
  }

  /**
   * A size in bytes, in HOCON notation: {@code 4 GiB}, {@code 512k}, {@code 1000 B}. A number
   * without a unit, which could mean anything, is an error; 0 is not.
   */
  public long bytes(String key) {
    ConfigValue value = value(key);
    String text = String.valueOf(value.unwrapped()).trim();
    if (PLAIN_NUMBER.matcher(text).matches() && !text.matches("0+")) {
      String number = Quoted.of(text);
      throw bad(
          key,
          value,
          "has no unit; write \"" + number + " MiB\", or \"" + number + " B\" for bytes");
    }
    try {
      long bytes = config.getBytes(key);
      if (bytes >= 0) {
        return bytes;
      }
    } catch (com.typesafe.config.ConfigException e) {
      // Reported below, with file and line.
    }
    throw bad(key, value, "is not a size in bytes such as 512 MiB or 4 GiB");
  }

  /**
   * A time up to 24 hours, in HOCON notation: {@code 500 ms}, {@code 30 s}, {@code 10 min}. A
   * number without a unit is an error; 0 is not.
   */
  public Duration duration(String key) {
    ConfigValue value = value(key);
    String text = String.valueOf(value.unwrapped()).trim();
    if (PLAIN_NUMBER.matcher(text).matches() && !text.matches("0+")) {
      String number = Quoted.of(text);
      throw bad(key, value, "has no unit; write \"" + number + " ms\" or \"" + number + " s\"");
    }
    try {
      Duration duration = config.getDuration(key);
      if (!duration.isNegative() && duration.compareTo(Duration.ofDays(1)) <= 0) {
        return duration;
      }
    } catch (com.typesafe.config.ConfigException e) {
      // Reported below, with file and line.
    }
    throw bad(key, value, "is not a time from 0 s to 24 h, such as 500 ms or 30 s");
  }

  /** The value, which must be one of {@code names}. */
  public String choice(String key, List<String> names) {
    String name = string(key);
    if (!names.contains(name)) {
      throw bad(
          key,
          value(key),
          "is none of " + String.join(", ", names) + Nearest.question(name, names));
    }
    return name;
  }

  /**
   * Creates the error for a key's value: {@code file: line: path.key: value complaint}. Without the
   * value if the key is not set.
   */
  public ConfigException bad(String key, String complaint) {
    if (!has(key)) {
      return new ConfigException(Places.of(config.origin()) + path + "." + key + " " + complaint);
    }
    return bad(key, value(key), complaint);
  }

  private ConfigException bad(String key, ConfigValue value, String complaint) {
    String shown =
        value.valueType() == ConfigValueType.STRING
            ? "'" + Quoted.of((String) value.unwrapped()) + "'"
            : Quoted.of(value.render(com.typesafe.config.ConfigRenderOptions.concise()));
    String origin = Places.isDefault(value.origin()) ? " (the default) " : " ";
    return new ConfigException(
        Places.of(value.origin()) + path + "." + key + ": " + shown + origin + complaint);
  }

  private ConfigValue value(String key) {
    if (!has(key)) {
      throw missing(key);
    }
    return config.getValue(key);
  }

  /**
   * The error for a key that has no value: it is set to null, or not at all. A key that is not even
   * null is in no reference.conf, so the user could not set it; but entries of lists have no
   * defaults.
   */
  private ConfigException missing(String key) {
    ConfigValue none = config.root().get(key);
    String place = none == null ? "" : Places.of(none.origin());
    String unknown =
        none == null && path.startsWith(ROOT) && !path.contains("[")
            ? ", and is in no reference.conf; that of a plugin must have every key that it reads"
            : "";
    return new ConfigException(
        place.isEmpty()
            ? Places.of(config.origin()) + path + "." + key + " is not set" + unknown
            : place + path + "." + key + ": null is not allowed here; leave the key out");
  }

  private long whole(String key, ConfigValue value, long min, long max) {
    String complaint = "is not a whole number from " + min + " to " + max;
    try {
      long number = new BigDecimal(numeral(value)).longValueExact();
      if (number >= min && number <= max) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Reported below, with file and line.
    }
    throw bad(key, value, complaint);
  }

  /** Reading a number takes the square of its length, so longer texts are none. */
  private static String numeral(ConfigValue value) {
    String text = String.valueOf(value.unwrapped()).trim();
    if (text.length() > LONGEST_NUMBER) {
      throw new NumberFormatException();
    }
    return text;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
