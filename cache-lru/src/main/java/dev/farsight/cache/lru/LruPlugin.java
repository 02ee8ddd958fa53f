package dev.farsight.cache.lru;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the policy {@code lru}. */
public final class LruPlugin extends FarsightPlugin {

  public LruPlugin() {
    super("cache-lru", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.policy(new LruPolicy.Factory());
  }
}
