package dev.farsight.storage.ssd;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the row store {@code ssd}. */
public final class SsdPlugin extends FarsightPlugin {

  public SsdPlugin() {
    super("storage-ssd", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    store(new SsdStoreFactory());
  }
}
