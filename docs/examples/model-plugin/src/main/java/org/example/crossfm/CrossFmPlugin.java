package org.example.crossfm;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the model {@code crossfm}. */
public final class CrossFmPlugin extends FarsightPlugin {

  public CrossFmPlugin() {
    super("crossfm-model", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    model(new CrossFmFactory());
  }
}
