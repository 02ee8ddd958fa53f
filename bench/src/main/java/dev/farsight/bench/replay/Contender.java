package dev.farsight.bench.replay;

import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import dev.farsight.engine.plugin.Components;

/**
 * A policy that is compared with others.
 *
 * @param clairvoyant whether it is told the next use of every row
 */
public record Contender(String name, CachePolicyFactory factory, boolean clairvoyant) {

  /** The name under which the bound is shown. */
  public static final String BELADY = "belady";

  /** Whether what is known ahead makes a difference. */
  public boolean looksAhead() {
    return factory.wantsNextUse();
  }

  /** The bound. */
  static Contender belady(Requests requests) {
    return new Contender(BELADY, new ClairvoyantPolicy.Factory(requests.batches()), true);
  }

  /**
   * A policy that a plugin offers.
   *
   * @throws ConfigException if none does, with the names that there are
   */
  public static Contender of(String name, Components components) {
    CachePolicyFactory factory = components.policies().get(name);
    if (factory == null) {
      var names = components.policies().keySet();
      throw new ConfigException(
          "--policy: "
              + Quoted.of(name)
              + " is no cache policy here"
              + Nearest.question(name, names)
              + " (available: "
              + String.join(", ", names)
              + ")");
    }
    return new Contender(name, factory, false);
  }
}
