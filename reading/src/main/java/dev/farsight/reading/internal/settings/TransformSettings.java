package dev.farsight.reading.internal.settings;

import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.reading.Transform;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Reads {@code transform}, one name or a list of them, and the figures that go with it. Keys of a
 * column have precedence over those of the source.
 */
public final class TransformSettings {

  private static final String KEY = "transform";
  private static final List<String> NAMES = List.of("log", "none", "standard", "clip");
  private static final List<String> CLIP_KEYS = List.of("clip-min", "clip-max");

  private final Settings source;
  private final Transform log = Transform.log();

  /**
   * @param source the section of the source
   */
  public TransformSettings(Settings source) {
    this.source = source;
  }

  /** The transforms of columns that have no settings of their own. */
  public List<Transform> ofAll() {
    return of(source);
  }

  /**
   * The transforms of a column, in order.
   *
   * @param column its own settings
   */
  public List<Transform> of(Settings column) {
    Settings from = column.has(KEY) ? column : source;
    List<String> names = names(from);
    requireUsed(column, List.of("mean", "deviation"), names, "standard");
    requireUsed(column, CLIP_KEYS, names, "clip");
    var steps = new ArrayList<Transform>();
    for (String name : names) {
      switch (name) {
        case "log" -> steps.add(log);
        case "standard" -> steps.add(standard(column));
        case "clip" -> steps.add(clip(from, column));
        default -> {
          // A value stays as it is.
        }
      }
    }
    return steps;
  }

  private static List<String> names(Settings from) {
    if (!from.has(KEY) || from.config().getValue(KEY).valueType() != ConfigValueType.LIST) {
      return List.of(from.choice(KEY, NAMES));
    }
    List<String> names = from.strings(KEY);
    if (names.isEmpty()) {
      throw from.bad(KEY, "names no transform; set none to take values as they are");
    }
    var seen = new HashSet<String>();
    for (String name : names) {
      if (!NAMES.contains(name)) {
        throw from.bad(
            KEY,
            "names "
                + Quoted.of(name)
                + ", which is none of "
                + String.join(", ", NAMES)
                + Nearest.question(name, NAMES));
      }
      if (!seen.add(name)) {
        throw from.bad(KEY, "names " + name + " twice");
      }
      if (name.equals("none") && names.size() > 1) {
        throw from.bad(KEY, "names none among others; leave it out");
      }
    }
    return names;
  }

  private static Transform standard(Settings column) {
    double limit = Double.MAX_VALUE;
    return Transform.standard(
        column.has("mean") ? column.number("mean", -limit, limit) : Double.NaN,
        column.has("deviation")
            ? column.number("deviation", Double.MIN_NORMAL, limit)
            : Double.NaN);
  }

  private Transform clip(Settings from, Settings column) {
    double min = bound(column, "clip-min", Double.NEGATIVE_INFINITY);
    double max = bound(column, "clip-max", Double.POSITIVE_INFINITY);
    if (Double.isInfinite(min) && Double.isInfinite(max)) {
      throw from.bad(KEY, "has clip, which needs clip-min, clip-max or both");
    }
    if (min > max) {
      Settings giver = column.has("clip-min") ? column : source;
      throw giver.bad("clip-min", "is above clip-max, which is " + max);
    }
    return Transform.clip(min, max);
  }

  private double bound(Settings column, String key, double none) {
    Settings from = column.has(key) ? column : source;
    return from.has(key) ? from.number(key, -Double.MAX_VALUE, Double.MAX_VALUE) : none;
  }

  /** Who gives a figure wants it used. */
  private static void requireUsed(
      Settings column, List<String> keys, List<String> names, String transform) {
    for (String key : keys) {
      if (column.has(key) && !names.contains(transform)) {
        String all = String.join(", ", names);
        throw column.bad(
            key,
            "is not used by transform = "
                + (names.size() == 1 ? all : "[" + all + "]")
                + "; set transform = "
                + transform
                + ", or leave it out");
      }
    }
  }
}
