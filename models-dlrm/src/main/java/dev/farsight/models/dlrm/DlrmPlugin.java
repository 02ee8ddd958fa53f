package dev.farsight.models.dlrm;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the model {@code dlrm}. */
public final class DlrmPlugin extends FarsightPlugin {

  public DlrmPlugin() {
    super("models-dlrm", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    model(new DlrmFactory());
  }
}
