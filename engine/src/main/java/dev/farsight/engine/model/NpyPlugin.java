package dev.farsight.engine.model;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the format of models itself, {@code npy}, for exports. */
public final class NpyPlugin extends FarsightPlugin {

  public NpyPlugin() {
    super("engine", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.exportFormat(new NpyFormat());
  }
}
