package org.example.scratch;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the store {@code scratch}. */
public final class ScratchPlugin extends FarsightPlugin {

  public ScratchPlugin() {
    super("scratch-store", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.store(new ScratchStoreFactory());
  }
}
