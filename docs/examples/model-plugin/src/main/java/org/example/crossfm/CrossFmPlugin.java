package org.example.crossfm;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the model {@code crossfm}. */
public final class CrossFmPlugin extends FarsightPlugin {

  public CrossFmPlugin() {
    super("crossfm-model", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.model(new CrossFmFactory());
  }
}
