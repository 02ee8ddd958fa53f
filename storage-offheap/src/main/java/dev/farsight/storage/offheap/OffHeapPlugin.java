package dev.farsight.storage.offheap;

import dev.farsight.api.plugin.FarsightPlugin;

/** Offers the row store {@code offheap}. */
public final class OffHeapPlugin extends FarsightPlugin {

  public OffHeapPlugin() {
    super("storage-offheap", FarsightPlugin.API_VERSION);
  }

  @Override
  protected void configure() {
    store(new OffHeapStoreFactory());
  }
}
