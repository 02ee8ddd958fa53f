package dev.farsight.api.data;

import dev.farsight.api.internal.Quoted;
import java.util.Locale;

/**
 * How the rows that a feature looks up in one sample become one vector. An empty bag gives zeros.
 */
public enum Pooling {
  /** The sum of the rows, each times its weight if lookups have weights. */
  SUM,
  /**
   * The sum, divided by the number of lookups of the sample. With weights too, it is divided by the
   * number of lookups and not by the sum of the weights.
   */
  MEAN,
  /**
   * The largest value of each dimension. Its gradient goes to the lookup with that value; among
   * equal ones to the first. NaN counts as the largest. Lookups cannot have weights.
   */
  MAX;

  /** The name in the configuration. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The pooling of that {@link #configName}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Pooling of(String configName) {
    for (Pooling pooling : values()) {
      if (pooling.configName().equals(configName)) {
        return pooling;
      }
    }
    throw new IllegalArgumentException("unknown pooling " + Quoted.of(configName));
  }
}
