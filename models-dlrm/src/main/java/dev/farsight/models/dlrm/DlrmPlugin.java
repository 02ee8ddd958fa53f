package dev.farsight.models.dlrm;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the model {@code dlrm}. */
public final class DlrmPlugin extends FarsightPlugin {

  public DlrmPlugin() {
    super("models-dlrm", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.model(new DlrmFactory());
  }
}
