package dev.farsight.cache.lru;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the policy {@code lru}. */
public final class LruPlugin extends FarsightPlugin {

  public LruPlugin() {
    super("cache-lru", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    policy(new LruPolicy.Factory());
  }
}
