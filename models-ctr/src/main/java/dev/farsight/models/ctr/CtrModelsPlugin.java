package dev.farsight.models.ctr;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the models {@code dcn}, {@code deepfm} and {@code wide-deep}. */
public final class CtrModelsPlugin extends FarsightPlugin {

  public CtrModelsPlugin() {
    super("models-ctr", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.model(new DcnFactory());
    registry.model(new DeepFmFactory());
    registry.model(new WideDeepFactory());
  }
}
