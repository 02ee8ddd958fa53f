package dev.farsight.engine.settings;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.config.Settings;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The section {@code optimizer} as it stands for one part of the parameters. A key that is null in
 * the part's own section has the value of the common one.
 */
final class PartSettings {

  private final Settings part;
  private final Settings common;

  private PartSettings(Settings part, Settings common) {
    this.part = part;
    this.common = common;
  }

  /** The settings for embedding rows. */
  static PartSettings rows(Settings optimizer) {
    return new PartSettings(optimizer.section("rows"), optimizer);
  }

  /** The settings for dense parameters. */
  static PartSettings dense(Settings optimizer) {
    return new PartSettings(optimizer.section("dense"), optimizer);
  }

  PartSettings section(String key) {
    return new PartSettings(part.section(key), common.section(key));
  }

  /** The part's own section. */
  Settings own() {
    return part;
  }

  /** The section that sets a key. */
  Settings of(String key) {
    return part.has(key) ? part : common;
  }

  boolean has(String key) {
    return of(key).has(key);
  }

  double number(String key, double min, double max) {
    return of(key).number(key, min, max);
  }

  double share(String key, double min, double max) {
    return of(key).share(key, min, max);
  }

  float real(String key, double min, double max) {
    return (float) number(key, min, max);
  }

  long longInteger(String key, long min, long max) {
    return of(key).longInteger(key, min, max);
  }

  int integer(String key, int min, int max) {
    return of(key).integer(key, min, max);
  }

  boolean bool(String key) {
    return of(key).bool(key);
  }

  String choice(String key, List<String> names) {
    return of(key).choice(key, names);
  }

  ConfigException bad(String key, String complaint) {
    return of(key).bad(key, complaint);
  }

  /**
   * Refuses keys of the part's own section that have no effect. The common section may have them
   * for the other part.
   *
   * @param possible keys that some rules use
   * @param used keys that this part's rule uses
   */
  void requireUsed(Collection<String> possible, Collection<String> used, String rule) {
    for (String key : new TreeSet<>(possible)) {
      if (!used.contains(key) && part.has(key)) {
        throw part.bad(key, "is not used by " + rule);
      }
    }
  }
}
