package dev.farsight.models.ctr;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the models {@code dcn}, {@code deepfm} and {@code wide-deep}. */
public final class CtrModelsPlugin extends FarsightPlugin {

  public CtrModelsPlugin() {
    super("models-ctr", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    model(new DcnFactory());
    model(new DeepFmFactory());
    model(new WideDeepFactory());
  }
}
