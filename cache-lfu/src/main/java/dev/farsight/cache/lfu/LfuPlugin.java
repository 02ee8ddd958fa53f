package dev.farsight.cache.lfu;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the policies {@code lfu}, {@code lookahead} and {@code frequency}. */
public final class LfuPlugin extends FarsightPlugin {

  public LfuPlugin() {
    super("cache-lfu", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    policy(new LfuPolicy.Factory());
    policy(new LookaheadPolicy.Factory());
    policy(new FrequencyPolicy.Factory());
  }
}
