package dev.farsight.storage.ssd;

import dev.farsight.api.plugin.FarsightPlugin;
import dev.farsight.api.plugin.Registry;

/** Offers the row store {@code ssd}. */
public final class SsdPlugin extends FarsightPlugin {

  public SsdPlugin() {
    super("storage-ssd", FarsightPlugin.API_VERSION);
  }

  @Override
  public void register(Registry registry) {
    registry.store(new SsdStoreFactory());
  }
}
