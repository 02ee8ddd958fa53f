package dev.farsight.engine.statistics;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.Quoted;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What decides which rows training looks up: the content of the data and the settings that it is
 * read with, by name. Immutable.
 */
public record DataIdentity(Map<String, String> values) {

  private static final String CONTENT = "content";
  private static final String SAMPLES = "training samples";
  private static final Set<String> SETTINGS =
      Set.of("source", "eval-fraction", "eval-path", "eval-where", "multi-hot", "on-bad-row");

  /** A setting of synthetic data that changes no sample. */
  private static final String WITHOUT_EFFECT = "in-memory";

  public DataIdentity {
    values = Map.copyOf(values);
  }

  /**
   * The identity of a run's data.
   *
   * @param data the section {@code farsight.data}
   */
  public static DataIdentity of(Settings data, DataSource source) {
    var values = new TreeMap<String, String>();
    for (String key : SETTINGS) {
      add(values, "data.", data.config().withOnlyPath(key));
    }
    String name = data.string("source");
    add(values, "data." + name + ".", data.section(name).config());
    if (source.trainSamples() != DataSource.UNKNOWN) {
      values.put(SAMPLES, Long.toString(source.trainSamples()));
    }
    if (!source.contentIdentity().isEmpty()) {
      values.put(CONTENT, source.contentIdentity());
    }
    return new DataIdentity(values);
  }

  private static void add(Map<String, String> values, String prefix, Config section) {
    section.entrySet().stream()
        .filter(entry -> entry.getValue().valueType() != ConfigValueType.NULL)
        .filter(entry -> !entry.getKey().equals(WITHOUT_EFFECT))
        .forEach(
            entry ->
                values.put(
                    prefix + String.join(".", ConfigUtil.splitPath(entry.getKey())),
                    entry.getValue().render(ConfigRenderOptions.concise())));
  }

  /**
   * The first difference from earlier data, for messages; empty if there is none that is known. A
   * source may not know its content, or the number of its samples, as of a pipe.
   */
  public Optional<String> differenceFrom(DataIdentity earlier) {
    var keys = new TreeMap<>(values);
    keys.putAll(earlier.values);
    for (String key : keys.keySet()) {
      String was = earlier.values.get(key);
      String is = values.get(key);
      boolean unknown = (key.equals(CONTENT) || key.equals(SAMPLES)) && (was == null || is == null);
      if (!unknown && !String.valueOf(was).equals(is)) {
        return Optional.of(
            key.equals(CONTENT)
                ? "its content differs"
                : key + " was " + shown(was) + " and is " + shown(is));
      }
    }
    return Optional.empty();
  }

  private static String shown(String value) {
    return value == null ? "not set" : Quoted.of(value);
  }
}
