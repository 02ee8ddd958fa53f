package dev.farsight.datasets.prepare;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.Quoted;
import dev.farsight.datasets.npy.PreparedManifest.FileSum;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is asked for. Together with the data, it decides every byte of what is written.
 *
 * @param farsight the version that writes
 * @param source the kind of source, {@code data.source}
 * @param settings the section {@code farsight.data}, as far as it is about this source
 * @param seed {@code train.seed}
 * @param partSamples most samples of a part
 * @param fitted the files that tell what earlier data was found to be like; none if that is found
 *     out anew
 */
public record Job(
    String farsight,
    String source,
    Map<String, Object> settings,
    long seed,
    long partSamples,
    SortedMap<String, FileSum> fitted) {

  /** Enough of a SHA-256 to tell two files apart. */
  private static final int SHOWN_DIGITS = 16;

  static final String PART_ROWS = "--part-rows";

  /** What the file of the progress is like. */
  private static final int FORMAT = 1;

  /** Settings that say how samples are read, not which. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("batch-size", "max-lookups", "shuffle", "splits");

  /** Settings that say where the data lies, which is compared by its content. */
  private static final Set<String> PLACES = Set.of("path", "eval-path");

  public Job {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings)); // with nulls
    fitted = Collections.unmodifiableSortedMap(new TreeMap<>(fitted));
    if (partSamples < 1) {
      throw new IllegalArgumentException(partSamples + " samples a part");
    }
  }

  /**
   * What a command asks for.
   *
   * @param data the section {@code farsight.data} of what the data was made from
   * @param sources the names of all kinds of sources, whose sections those of other sources are
   */
  public static Job of(
      String farsight,
      Settings data,
      Set<String> sources,
      long seed,
      long partSamples,
      SortedMap<String, FileSum> fitted) {
    String source = data.string("source");
    Map<String, Object> about = new TreeMap<>(data.config().root().unwrapped());
    about.keySet().removeIf(key -> sources.contains(key) && !key.equals(source));
    return new Job(farsight, source, about, seed, partSamples, fitted);
  }

  /** What must be the same if the work is gone on with, each with its name. */
  SortedMap<String, String> facts() {
    SortedMap<String, String> facts = settingFacts(settings);
    facts.put("Farsight", farsight);
    facts.put("format of the folder", Integer.toString(FORMAT));
    facts.put("farsight.train.seed", Long.toString(seed));
    facts.put(PART_ROWS, Long.toString(partSamples));
    facts.putAll(fittedFacts(fitted));
    return facts;
  }

  /** What earlier data was found to be like, by file. */
  static SortedMap<String, String> fittedFacts(SortedMap<String, FileSum> fitted) {
    SortedMap<String, String> facts = new TreeMap<>();
    fitted.forEach(
        (file, sum) -> facts.put("--fitted: " + file, sum.sha256().substring(0, SHOWN_DIGITS)));
    return facts;
  }

  /** What settings say about samples, by key. */
  static SortedMap<String, String> settingFacts(Map<String, Object> data) {
    SortedMap<String, String> facts = new TreeMap<>();
    data.forEach(
        (key, value) -> {
          if (!WITHOUT_EFFECT.contains(key) && !PLACES.contains(key)) {
            flatten("farsight.data." + key, value, facts);
          }
        });
    return facts;
  }

  /** Where the data lies, by key. */
  SortedMap<String, String> places() {
    SortedMap<String, String> places = new TreeMap<>();
    PLACES.forEach(key -> flatten("farsight.data." + key, settings.get(key), places));
    return places;
  }

  private static void flatten(String place, Object value, Map<String, String> facts) {
    if (value instanceof Map<?, ?> section) {
      section.forEach((key, below) -> flatten(place + "." + key, below, facts));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(place + "[" + (i + 1) + "]", list.get(i), facts);
      }
    } else if (value != null) {
      facts.put(place, value.toString());
    }
  }

  /**
   * Checks that work that was begun is this.
   *
   * @throws ConfigException if not; the message tells both values of all that differs
   */
  static void requireSame(
      Path folder, SortedMap<String, String> earlier, SortedMap<String, String> now) {
    var keys = new TreeSet<>(earlier.keySet());
    keys.addAll(now.keySet());
    var differences = new ArrayList<String>();
    for (String key : keys) {
      String was = earlier.get(key);
      String is = now.get(key);
      if (!Objects.equals(was, is)) {
        differences.add(Quoted.of(key) + " was " + shown(was) + ", is " + shown(is));
      }
    }
    if (!differences.isEmpty()) {
      throw new ConfigException(
          folder
              + ": other data was prepared there: "
              + String.join("; ", differences)
              + "; choose another --out, or delete the folder");
    }
  }

  private static String shown(String value) {
    return value == null ? "not set" : Quoted.of(value);
  }
}
