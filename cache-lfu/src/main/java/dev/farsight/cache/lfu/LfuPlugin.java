package dev.farsight.cache.lfu;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the policies {@code lfu}, {@code lookahead} and {@code frequency}. */
public final class LfuPlugin extends FarsightPlugin {

  public LfuPlugin() {
    super("cache-lfu", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.policy(new LfuPolicy.Factory());
    registry.policy(new LookaheadPolicy.Factory());
    registry.policy(new FrequencyPolicy.Factory());
  }
}
